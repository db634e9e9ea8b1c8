-- Reminders by mail, and a client's own page: src/service/reminder_record.hpp, src/service/client_page_record.hpp.

CREATE TABLE mail_account (
  id {{text}} NOT NULL PRIMARY KEY,
  is_on {{integer}} NOT NULL,
  host {{text}} NOT NULL,
  port {{integer}} NOT NULL,
  security {{text}} NOT NULL,
  login {{text}} NOT NULL,
  password {{blob}},
  sender_name {{text}} NOT NULL,
  sender_address {{text}} NOT NULL,
  time_zone {{text}} NOT NULL,
  quiet_from {{integer}} NOT NULL,
  quiet_until {{integer}} NOT NULL,
  hours_before {{integer}} NOT NULL,
  days_after {{integer}} NOT NULL,
  trouble {{text}},
  trouble_at {{integer}},
  changed_at {{integer}} NOT NULL
) {{keyed}};

CREATE TABLE reminder_choice (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  address {{blob}} NOT NULL,
  agreed {{blob}} NOT NULL,
  sessions {{integer}} NOT NULL,
  measures {{integer}} NOT NULL,
  time_zone {{text}},
  quiet_from {{integer}},
  quiet_until {{integer}},
  stop_token {{blob}} NOT NULL,
  stop_hash {{text}} NOT NULL,
  written_by {{text}} NOT NULL REFERENCES practice_user (id),
  agreed_at {{integer}} NOT NULL,
  stopped_at {{integer}},
  stopped_by_client {{integer}} NOT NULL,
  CONSTRAINT reminder_choice_once UNIQUE (person)
) {{keyed}};
CREATE UNIQUE INDEX reminder_choice_by_stop ON reminder_choice (stop_hash);

CREATE TABLE reminder (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  kind {{text}} NOT NULL,
  about {{text}} NOT NULL,
  about_at {{integer}} NOT NULL,
  message_id {{text}} NOT NULL,
  due_at {{integer}} NOT NULL,
  late_at {{integer}} NOT NULL,
  next_at {{integer}} NOT NULL,
  state {{text}} NOT NULL,
  attempts {{integer}} NOT NULL,
  reply {{integer}} NOT NULL,
  why {{text}} NOT NULL,
  made_at {{integer}} NOT NULL,
  changed_at {{integer}} NOT NULL,
  CONSTRAINT reminder_once UNIQUE (person, about, about_at)
) {{keyed}};
CREATE INDEX reminder_by_next ON reminder (state, next_at);
CREATE INDEX reminder_by_course ON reminder (course, made_at);

CREATE TABLE client_page (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  token_hash {{text}} NOT NULL,
  word_hash {{text}},
  made_by {{text}} NOT NULL REFERENCES practice_user (id),
  made_at {{integer}} NOT NULL,
  expires_at {{integer}} NOT NULL,
  revoked_at {{integer}},
  opened_at {{integer}}
) {{keyed}};
CREATE UNIQUE INDEX client_page_by_token ON client_page (token_hash);
CREATE INDEX client_page_by_person ON client_page (person);

CREATE TABLE client_request (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  kind {{text}} NOT NULL,
  asked_at {{integer}} NOT NULL,
  handled_at {{integer}},
  handled_by {{text}} REFERENCES practice_user (id),
  outcome {{blob}}
) {{keyed}};
CREATE INDEX client_request_by_person ON client_request (person);

-- A session on the portal is for one sheet, or for one page.
ALTER TABLE session ADD COLUMN page {{text}} REFERENCES client_page (id);
