-- What two people write about a person's attachment: src/service/attachment_record.hpp.

ALTER TABLE figure ADD COLUMN generation {{integer}};
ALTER TABLE history_event ADD COLUMN source {{text}} NOT NULL DEFAULT 'remembered';
ALTER TABLE history_event ADD COLUMN dating {{text}} NOT NULL DEFAULT 'about';
ALTER TABLE history_event ADD COLUMN figure {{text}} REFERENCES figure (id);

CREATE TABLE comforting (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  giver {{text}} REFERENCES figure (id),
  receiver {{text}} REFERENCES figure (id),
  answer {{text}} NOT NULL,
  how {{blob}},
  source {{text}} NOT NULL,
  created_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX comforting_by_person ON comforting (person);

CREATE TABLE claim (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  about {{text}} NOT NULL,
  figure {{text}} REFERENCES figure (id),
  cue {{blob}} NOT NULL,
  expectation {{blob}} NOT NULL,
  disconfirmed_by {{blob}} NOT NULL,
  confidence {{integer}} NOT NULL,
  created_at {{integer}} NOT NULL,
  reviewed_at {{integer}} NOT NULL,
  retired_at {{integer}}
) {{keyed}};
CREATE INDEX claim_by_course ON claim (course);
CREATE INDEX claim_by_person ON claim (person);

CREATE TABLE claim_evidence (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  claim {{text}} NOT NULL REFERENCES claim (id),
  side {{text}} NOT NULL,
  source {{text}} NOT NULL,
  source_id {{text}},
  words {{blob}} NOT NULL,
  noted_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX claim_evidence_by_claim ON claim_evidence (claim);
CREATE INDEX claim_evidence_by_person ON claim_evidence (person);

CREATE TABLE corrective_moment (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  figure {{text}} REFERENCES figure (id),
  claim {{text}} REFERENCES claim (id),
  side {{text}} NOT NULL,
  happened_on {{text}} NOT NULL,
  expected {{blob}} NOT NULL,
  happened {{blob}} NOT NULL,
  noticed {{text}} NOT NULL,
  words {{blob}},
  noted_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX corrective_moment_by_course ON corrective_moment (course);
CREATE INDEX corrective_moment_by_person ON corrective_moment (person);

CREATE TABLE formulation (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  number {{integer}} NOT NULL,
  content {{blob}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  shared_at {{integer}},
  unshared_at {{integer}},
  CONSTRAINT formulation_version_once UNIQUE (course, person, number)
) {{keyed}};
CREATE INDEX formulation_by_person ON formulation (person);

CREATE TABLE relationship_episode (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  figure {{text}} REFERENCES figure (id),
  told_on {{text}} NOT NULL,
  account {{blob}},
  wishes {{text}} NOT NULL,
  responses_of_other {{text}} NOT NULL,
  responses_of_self {{text}} NOT NULL,
  other_valence {{text}},
  self_valence {{text}},
  coded_by {{text}} NOT NULL REFERENCES practice_user (id),
  noted_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX relationship_episode_by_course ON relationship_episode (course);
CREATE INDEX relationship_episode_by_person ON relationship_episode (person);
