-- How confidence in a claim went: src/service/attachment_record.hpp.

CREATE TABLE claim_review (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  claim {{text}} NOT NULL REFERENCES claim (id),
  confidence {{integer}} NOT NULL,
  words {{blob}},
  reviewed_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX claim_review_by_claim ON claim_review (claim);
CREATE INDEX claim_review_by_person ON claim_review (person);
