-- Safety, endings, follow-up and supervision: src/service/safety_record.hpp.

-- Whether somebody has seen a risk answer and whether it is closed are two things.
ALTER TABLE risk_entry ADD COLUMN closed_at {{integer}};
ALTER TABLE risk_entry ADD COLUMN closed_by {{text}} REFERENCES practice_user (id);
ALTER TABLE risk_entry ADD COLUMN spoke {{blob}};
ALTER TABLE risk_entry ADD COLUMN spoke_at {{integer}};
ALTER TABLE risk_entry ADD COLUMN found {{blob}};
ALTER TABLE risk_entry ADD COLUMN next_step {{blob}};
-- Until now saying what was done was what closed one; who spoke with the client was not asked and stays unknown.
UPDATE risk_entry SET closed_at = acknowledged_at, closed_by = acknowledged_by WHERE acknowledged_at IS NOT NULL;
CREATE INDEX risk_entry_not_closed ON risk_entry (course) WHERE closed_at IS NULL;

CREATE TABLE hold (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  for_course {{integer}} NOT NULL,
  condition {{text}} NOT NULL,
  why {{blob}} NOT NULL,
  set_by {{text}} NOT NULL REFERENCES practice_user (id),
  set_at {{integer}} NOT NULL,
  lifted_why {{blob}},
  lifted_by {{text}} REFERENCES practice_user (id),
  lifted_at {{integer}}
) {{keyed}};
CREATE INDEX hold_by_course ON hold (course);
CREATE INDEX hold_by_person ON hold (person);

CREATE TABLE gate_interview (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  held_on {{text}} NOT NULL,
  answers {{blob}} NOT NULL,
  words {{blob}},
  asked_by {{text}} NOT NULL REFERENCES practice_user (id),
  noted_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX gate_interview_by_course ON gate_interview (course);
CREATE INDEX gate_interview_by_person ON gate_interview (person);

CREATE TABLE gate_decision (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  opens {{integer}} NOT NULL,
  why {{blob}} NOT NULL,
  decided_by {{text}} NOT NULL REFERENCES practice_user (id),
  decided_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX gate_decision_by_course ON gate_decision (course);
CREATE INDEX gate_decision_by_person ON gate_decision (person);

CREATE TABLE safety_screen (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  risk_entry {{text}} REFERENCES risk_entry (id),
  answers {{blob}} NOT NULL,
  actions {{blob}} NOT NULL,
  done {{blob}} NOT NULL,
  next_contact {{blob}} NOT NULL,
  next_contact_at {{integer}} NOT NULL,
  asked_by {{text}} NOT NULL REFERENCES practice_user (id),
  asked_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX safety_screen_by_course ON safety_screen (course);
CREATE INDEX safety_screen_by_person ON safety_screen (person);

CREATE TABLE safety_action (
  id {{text}} NOT NULL PRIMARY KEY,
  condition {{text}} NOT NULL,
  action {{text}} NOT NULL,
  contact_within {{integer}},
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  retired_at {{integer}}
) {{keyed}};

CREATE TABLE safety_plan (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  number {{integer}} NOT NULL,
  content {{blob}} NOT NULL,
  review_on {{text}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  shared_at {{integer}},
  unshared_at {{integer}},
  reviewed_at {{integer}},
  CONSTRAINT safety_plan_version_once UNIQUE (person, number)
) {{keyed}};
CREATE INDEX safety_plan_by_course ON safety_plan (course);
CREATE INDEX safety_plan_by_person ON safety_plan (person);

CREATE TABLE absence (
  id {{text}} NOT NULL PRIMARY KEY,
  user_id {{text}} NOT NULL REFERENCES practice_user (id),
  covered_by {{text}} NOT NULL REFERENCES practice_user (id),
  from_ms {{integer}} NOT NULL,
  until_ms {{integer}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};

CREATE TABLE jurisdiction (
  id {{text}} NOT NULL PRIMARY KEY,
  name {{text}} NOT NULL,
  mandated {{text}} NOT NULL,
  threshold {{text}} NOT NULL,
  hotline {{text}} NOT NULL,
  hours {{text}} NOT NULL,
  form {{text}} NOT NULL,
  protection {{text}} NOT NULL,
  source {{text}} NOT NULL,
  checked_on {{text}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  retired_at {{integer}}
) {{keyed}};

CREATE TABLE child_note (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  jurisdiction {{text}} REFERENCES jurisdiction (id),
  trigger_kind {{blob}} NOT NULL,
  facts {{blob}} NOT NULL,
  observed_on {{text}} NOT NULL,
  flagged_by {{text}} NOT NULL REFERENCES practice_user (id),
  flagged_at {{integer}} NOT NULL,
  decision {{blob}},
  reason {{blob}},
  reported {{blob}},
  decided_by {{text}} REFERENCES practice_user (id),
  decided_at {{integer}}
) {{keyed}};
CREATE INDEX child_note_by_course ON child_note (course);
CREATE INDEX child_note_by_person ON child_note (person);

CREATE TABLE course_ending (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  reason {{text}} NOT NULL,
  planned {{integer}} NOT NULL,
  ended_by {{text}} NOT NULL,
  judged_dropout {{integer}},
  missed_last {{integer}},
  attended {{integer}},
  planned_sessions {{integer}},
  words {{blob}},
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  CONSTRAINT course_ending_once UNIQUE (course)
) {{keyed}};
CREATE INDEX course_ending_by_person ON course_ending (person);

CREATE TABLE follow_up (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  months {{integer}} NOT NULL,
  on_day {{text}} NOT NULL,
  contact {{text}} NOT NULL,
  treatment_since {{integer}},
  treatment {{blob}},
  words {{blob}},
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX follow_up_by_course ON follow_up (course);
CREATE INDEX follow_up_by_person ON follow_up (person);

CREATE TABLE supervision_case (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  question {{blob}} NOT NULL,
  brought_by {{text}} NOT NULL REFERENCES practice_user (id),
  brought_at {{integer}} NOT NULL,
  outcome {{blob}},
  discussed_by {{text}} REFERENCES practice_user (id),
  discussed_at {{integer}},
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX supervision_case_by_course ON supervision_case (course);
CREATE INDEX supervision_case_by_person ON supervision_case (person);
