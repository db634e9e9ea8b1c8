-- Meetings of a course, and what is kept of each: src/service/session_record.hpp.

CREATE TABLE therapy_session (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  number {{integer}} NOT NULL,
  alone_with {{text}} REFERENCES person (id),
  sealed_for {{text}} NOT NULL REFERENCES person (id),
  scheduled_at {{integer}} NOT NULL,
  minutes {{integer}} NOT NULL,
  format {{text}} NOT NULL,
  attendance {{text}},
  began_at {{integer}},
  ended_at {{integer}},
  focus {{blob}},
  occasion {{text}} REFERENCES occasion (id),
  noted_at {{integer}},
  made_by {{text}} NOT NULL REFERENCES practice_user (id),
  made_at {{integer}} NOT NULL,
  withdrawn_at {{integer}},
  CONSTRAINT therapy_session_number_once UNIQUE (course, number)
) {{keyed}};
CREATE INDEX therapy_session_by_time ON therapy_session (scheduled_at);

CREATE TABLE session_mark (
  id {{text}} NOT NULL PRIMARY KEY,
  session {{text}} NOT NULL REFERENCES therapy_session (id),
  sealed_for {{text}} NOT NULL REFERENCES person (id),
  kind {{text}} NOT NULL,
  offset_ms {{integer}} NOT NULL,
  person {{text}} REFERENCES person (id),
  words {{blob}},
  put_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX session_mark_by_session ON session_mark (session);

CREATE TABLE technique_use (
  id {{text}} NOT NULL PRIMARY KEY,
  session {{text}} NOT NULL REFERENCES therapy_session (id),
  technique {{text}} NOT NULL,
  minutes {{integer}},
  noted_at {{integer}} NOT NULL,
  CONSTRAINT technique_use_once UNIQUE (session, technique)
) {{keyed}};

CREATE TABLE session_note (
  id {{text}} NOT NULL PRIMARY KEY,
  session {{text}} NOT NULL REFERENCES therapy_session (id),
  course {{text}} NOT NULL REFERENCES course (id),
  sealed_for {{text}} NOT NULL REFERENCES person (id),
  compartment {{text}} NOT NULL,
  author {{text}} NOT NULL REFERENCES practice_user (id),
  layout {{text}} NOT NULL,
  draft {{blob}},
  saves {{integer}} NOT NULL,
  saved_at {{integer}} NOT NULL,
  made_at {{integer}} NOT NULL,
  signed_at {{integer}},
  signed_by {{text}} REFERENCES practice_user (id),
  CONSTRAINT session_note_once UNIQUE (session, compartment, author)
) {{keyed}};
CREATE INDEX session_note_by_course ON session_note (course);
CREATE INDEX session_note_by_author ON session_note (author);

CREATE TABLE note_version (
  id {{text}} NOT NULL PRIMARY KEY,
  note {{text}} NOT NULL REFERENCES session_note (id),
  sealed_for {{text}} NOT NULL REFERENCES person (id),
  number {{integer}} NOT NULL,
  words {{blob}} NOT NULL,
  why {{blob}},
  signed_by {{text}} NOT NULL REFERENCES practice_user (id),
  signed_at {{integer}} NOT NULL,
  CONSTRAINT note_version_once UNIQUE (note, number)
) {{keyed}};

CREATE TABLE fidelity_rating (
  id {{text}} NOT NULL PRIMARY KEY,
  session {{text}} NOT NULL REFERENCES therapy_session (id),
  protocol {{text}} NOT NULL,
  version {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  stage {{text}} NOT NULL,
  line {{text}} NOT NULL,
  value {{integer}} NOT NULL,
  rated_by {{text}} NOT NULL REFERENCES practice_user (id),
  rated_at {{integer}} NOT NULL,
  replaced_at {{integer}}
) {{keyed}};
CREATE INDEX fidelity_rating_by_session ON fidelity_rating (session);

CREATE TABLE course_event (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  session {{text}} REFERENCES therapy_session (id),
  kind {{blob}} NOT NULL,
  happened_on {{text}} NOT NULL,
  words {{blob}},
  noted_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX course_event_by_course ON course_event (course);
CREATE INDEX course_event_by_person ON course_event (person);

CREATE TABLE next_step (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  session {{text}} REFERENCES therapy_session (id),
  words {{blob}} NOT NULL,
  whose {{text}} NOT NULL,
  due {{text}},
  done_at {{integer}},
  shared_with_client {{integer}} NOT NULL,
  agreed_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX next_step_by_course ON next_step (course);
CREATE INDEX next_step_by_person ON next_step (person);
