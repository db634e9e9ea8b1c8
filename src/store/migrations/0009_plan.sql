-- The plan of a course, goals, dates of loss, and definitions of the practice's own: src/service/plan_record.hpp.

CREATE TABLE practice_definition (
  id {{text}} NOT NULL PRIMARY KEY,
  kind {{text}} NOT NULL,
  definition {{text}} NOT NULL,
  version {{text}} NOT NULL,
  parent {{text}},
  parent_fingerprint {{text}} NOT NULL,
  content {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  retired_by {{text}} REFERENCES practice_user (id),
  retired_at {{integer}},
  UNIQUE (kind, definition, version)
) {{keyed}};

CREATE TABLE course_plan (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  protocol {{text}} NOT NULL,
  version {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  begun_on {{text}} NOT NULL,
  chosen_by {{text}} NOT NULL REFERENCES practice_user (id),
  chosen_at {{integer}} NOT NULL,
  ended_at {{integer}}
) {{keyed}};
CREATE INDEX course_plan_by_course ON course_plan (course);

CREATE TABLE plan_stage (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  plan {{text}} NOT NULL REFERENCES course_plan (id),
  stage {{text}} NOT NULL,
  entered_on {{text}} NOT NULL,
  entered_by {{text}} NOT NULL REFERENCES practice_user (id),
  entered_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX plan_stage_by_course ON plan_stage (course);

CREATE TABLE plan_marker (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  plan {{text}} NOT NULL REFERENCES course_plan (id),
  stage {{text}} NOT NULL,
  marker {{text}} NOT NULL,
  seen_on {{text}} NOT NULL,
  seen_by {{text}} NOT NULL REFERENCES practice_user (id),
  noted_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX plan_marker_by_course ON plan_marker (course);

CREATE TABLE plan_gate_answer (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  plan {{text}} NOT NULL REFERENCES course_plan (id),
  gate {{text}} NOT NULL,
  condition {{text}} NOT NULL,
  answer {{text}} NOT NULL,
  words {{blob}},
  answered_by {{text}} NOT NULL REFERENCES practice_user (id),
  answered_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX plan_gate_answer_by_person ON plan_gate_answer (person);
CREATE INDEX plan_gate_answer_by_course ON plan_gate_answer (course);

CREATE TABLE planned_technique (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  technique {{text}} NOT NULL,
  reason {{text}} NOT NULL,
  planned_by {{text}} NOT NULL REFERENCES practice_user (id),
  planned_at {{integer}} NOT NULL,
  dropped_at {{integer}}
) {{keyed}};
CREATE INDEX planned_technique_by_course ON planned_technique (course);

CREATE TABLE goal (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  words {{blob}} NOT NULL,
  claim {{text}} REFERENCES claim (id),
  figure {{text}} REFERENCES figure (id),
  weight {{real}} NOT NULL,
  much_less {{blob}},
  less {{blob}},
  as_expected {{blob}},
  more {{blob}},
  much_more {{blob}},
  shared_with_client {{integer}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  written_at {{integer}} NOT NULL,
  ended_at {{integer}}
) {{keyed}};
CREATE INDEX goal_by_person ON goal (person);
CREATE INDEX goal_by_course ON goal (course);

CREATE TABLE goal_rating (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  goal {{text}} NOT NULL REFERENCES goal (id),
  scale {{text}} NOT NULL,
  value {{integer}} NOT NULL,
  rater {{text}} NOT NULL,
  rated_on {{text}} NOT NULL,
  words {{blob}},
  noted_by {{text}} NOT NULL REFERENCES practice_user (id),
  noted_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX goal_rating_by_person ON goal_rating (person);
CREATE INDEX goal_rating_by_goal ON goal_rating (goal);

CREATE TABLE loss_day (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  figure {{text}} REFERENCES figure (id),
  day {{blob}} NOT NULL,
  words {{blob}} NOT NULL,
  noted_by {{text}} NOT NULL REFERENCES practice_user (id),
  noted_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX loss_day_by_person ON loss_day (person);
