-- What the numbers of a course raised and what was done about it: src/service/alert_record.hpp.

CREATE TABLE alert (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  subject {{text}} NOT NULL REFERENCES person (id),
  kind {{text}} NOT NULL,
  stage {{text}} NOT NULL,
  sheet {{text}},
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  scale {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  answer {{integer}} NOT NULL,
  observed {{real}},
  expected {{real}},
  limit_value {{real}},
  error {{real}},
  statement {{blob}} NOT NULL,
  basis {{blob}} NOT NULL,
  limits {{blob}} NOT NULL,
  raised_at {{integer}} NOT NULL,
  closed_at {{integer}},
  closing {{text}}
) {{keyed}};
CREATE INDEX alert_by_course ON alert (course);
CREATE INDEX alert_by_person ON alert (person);
CREATE INDEX alert_by_sheet ON alert (sheet);

CREATE TABLE alert_step (
  id {{text}} NOT NULL PRIMARY KEY,
  alert {{text}} NOT NULL REFERENCES alert (id),
  person {{text}} NOT NULL REFERENCES person (id),
  kind {{text}} NOT NULL,
  choices {{text}} NOT NULL,
  words {{blob}},
  sheet {{text}},
  by_user {{text}} REFERENCES practice_user (id),
  at_ms {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX alert_step_by_alert ON alert_step (alert);
CREATE INDEX alert_step_by_person ON alert_step (person);

-- Derived: where each series of answers stands. Written with the answers, so that a caseload is one look.
CREATE TABLE feedback_status (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  subject {{text}} NOT NULL REFERENCES person (id),
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  scale {{text}} NOT NULL,
  status {{text}} NOT NULL,
  answers {{integer}} NOT NULL,
  answered_at {{integer}} NOT NULL,
  computed_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX feedback_status_by_course ON feedback_status (course);
CREATE INDEX feedback_status_by_person ON feedback_status (person);

CREATE TABLE learned_course (
  id {{text}} NOT NULL PRIMARY KEY,
  kind {{text}} NOT NULL,
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  scale {{text}} NOT NULL,
  courses {{integer}} NOT NULL,
  answers {{integer}} NOT NULL,
  numbers {{text}} NOT NULL,
  computed_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX learned_course_by_instrument ON learned_course (instrument, version, item_order);
