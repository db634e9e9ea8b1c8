-- Norms of the practice's own: how its people scored when they first filled something in. No row is about fewer than
-- 100 people, and none names one.

CREATE TABLE local_norm (
  id {{text}} NOT NULL PRIMARY KEY,
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  scale {{text}} NOT NULL,
  gender {{text}},
  age_from {{integer}},
  age_to {{integer}},
  people {{integer}} NOT NULL,
  mean {{real}} NOT NULL,
  mean_error {{real}} NOT NULL,
  sd {{real}} NOT NULL,
  sd_error {{real}} NOT NULL,
  percentile_5 {{real}} NOT NULL,
  percentile_10 {{real}} NOT NULL,
  percentile_25 {{real}} NOT NULL,
  percentile_50 {{real}} NOT NULL,
  percentile_75 {{real}} NOT NULL,
  percentile_90 {{real}} NOT NULL,
  percentile_95 {{real}} NOT NULL,
  computed_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX local_norm_by_instrument ON local_norm (instrument, version, item_order);
