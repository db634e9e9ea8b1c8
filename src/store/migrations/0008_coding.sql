-- What observers put down: src/service/coding_record.hpp. sealed_for: a person, or "practice".

CREATE TABLE coding_target (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  number {{integer}} NOT NULL,
  kind {{text}} NOT NULL,
  course {{text}} REFERENCES course (id),
  person {{text}} REFERENCES person (id),
  with_person {{text}} REFERENCES person (id),
  label {{blob}} NOT NULL,
  length_ms {{integer}},
  second_coder {{text}} REFERENCES practice_user (id),
  made_by {{text}} NOT NULL REFERENCES practice_user (id),
  made_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX coding_target_by_number ON coding_target (number);
CREATE INDEX coding_target_by_course ON coding_target (course);
CREATE INDEX coding_target_by_person ON coding_target (person);
CREATE INDEX coding_target_by_with_person ON coding_target (with_person);

CREATE TABLE coding_sheet (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  target {{text}} NOT NULL REFERENCES coding_target (id),
  coder {{text}} NOT NULL REFERENCES practice_user (id),
  system {{text}} NOT NULL,
  version {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  purpose {{text}} NOT NULL,
  certification {{text}},
  first_sheet {{text}} REFERENCES coding_sheet (id) DEFERRABLE INITIALLY DEFERRED,
  second_sheet {{text}} REFERENCES coding_sheet (id) DEFERRABLE INITIALLY DEFERRED,
  note {{blob}},
  begun_at {{integer}} NOT NULL,
  finished_at {{integer}},
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX coding_sheet_by_target ON coding_sheet (target);
CREATE INDEX coding_sheet_by_coder ON coding_sheet (coder);

CREATE TABLE coded_event (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  sheet {{text}} NOT NULL REFERENCES coding_sheet (id),
  number {{integer}} NOT NULL,
  code {{text}} NOT NULL,
  start_ms {{integer}} NOT NULL,
  end_ms {{integer}},
  value {{real}},
  note {{blob}},
  put_at {{integer}} NOT NULL,
  removed_at {{integer}},
  changed_from {{text}} REFERENCES coded_event (id) DEFERRABLE INITIALLY DEFERRED
) {{keyed}};
CREATE INDEX coded_event_by_sheet ON coded_event (sheet, number);

CREATE TABLE coded_rating (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  sheet {{text}} NOT NULL REFERENCES coding_sheet (id),
  scale {{text}} NOT NULL,
  segment {{text}} NOT NULL,
  value {{real}},
  note {{blob}},
  rated_at {{integer}} NOT NULL,
  replaced_at {{integer}}
) {{keyed}};
CREATE INDEX coded_rating_by_sheet ON coded_rating (sheet);

CREATE TABLE coded_class (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  sheet {{text}} NOT NULL REFERENCES coding_sheet (id),
  class_id {{text}} NOT NULL,
  best_fit {{text}},
  note {{blob}},
  given_at {{integer}} NOT NULL,
  replaced_at {{integer}}
) {{keyed}};
CREATE INDEX coded_class_by_sheet ON coded_class (sheet);

CREATE TABLE procedure_step (
  id {{text}} NOT NULL PRIMARY KEY,
  sealed_for {{text}} NOT NULL,
  target {{text}} NOT NULL REFERENCES coding_target (id),
  system {{text}} NOT NULL,
  version {{text}} NOT NULL,
  episode {{text}} NOT NULL,
  started_at {{integer}} NOT NULL,
  ended_at {{integer}},
  curtailed {{integer}} NOT NULL,
  why {{blob}},
  deviation {{blob}},
  noted_by {{text}} NOT NULL REFERENCES practice_user (id)
) {{keyed}};
CREATE INDEX procedure_step_by_target ON procedure_step (target);
