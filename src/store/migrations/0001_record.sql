-- The record of a practice. Columns are those of src/service/record.hpp; sealed ones are {{blob}}.
-- Who was erased keeps a row without identity, so that what is pseudonymous still has its place.

CREATE TABLE person_key (
  person {{text}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  key_id {{integer}} NOT NULL,
  wrapped {{blob}} NOT NULL
) {{keyed}};
CREATE INDEX person_key_by_key_id ON person_key (key_id);

CREATE TABLE person (
  id {{text}} NOT NULL PRIMARY KEY,
  code {{text}} NOT NULL CONSTRAINT person_code_once UNIQUE,
  age_group {{text}} NOT NULL,
  birth_year {{integer}},
  gender {{text}},
  name {{blob}},
  contact {{blob}},
  safe_contact {{blob}},
  emergency_contact {{blob}},
  created_at {{integer}} NOT NULL,
  erased_at {{integer}}
) {{keyed}};

CREATE TABLE person_index (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  word {{text}} NOT NULL
) {{keyed}};
CREATE INDEX person_index_by_word ON person_index (word);
CREATE INDEX person_index_by_person ON person_index (person);

CREATE TABLE figure (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  kind {{text}} NOT NULL,
  name {{blob}},
  is_person {{text}} REFERENCES person (id),
  created_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX figure_by_person ON figure (person);

CREATE TABLE history_event (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  age_from {{integer}},
  age_to {{integer}},
  kind {{blob}} NOT NULL,
  account {{blob}},
  created_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX history_event_by_person ON history_event (person);

CREATE TABLE practice_user (
  id {{text}} NOT NULL PRIMARY KEY,
  login {{text}} NOT NULL CONSTRAINT practice_user_login_once UNIQUE,
  display_name {{text}} NOT NULL,
  is_therapist {{integer}} NOT NULL,
  is_supervisor {{integer}} NOT NULL,
  is_admin {{integer}} NOT NULL,
  is_researcher {{integer}} NOT NULL,
  password_hash {{text}} NOT NULL,
  code_secret {{blob}},
  code_step {{integer}} NOT NULL,
  created_at {{integer}} NOT NULL,
  disabled_at {{integer}}
) {{keyed}};

CREATE TABLE passkey (
  id {{text}} NOT NULL PRIMARY KEY,
  user_id {{text}} NOT NULL REFERENCES practice_user (id),
  name {{text}} NOT NULL,
  credential {{text}} NOT NULL CONSTRAINT passkey_credential_once UNIQUE,
  public_key {{text}} NOT NULL,
  counter {{integer}} NOT NULL,
  created_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX passkey_by_user ON passkey (user_id);

CREATE TABLE course (
  id {{text}} NOT NULL PRIMARY KEY,
  unit {{text}} NOT NULL,
  therapist {{text}} NOT NULL REFERENCES practice_user (id),
  supervisor {{text}} REFERENCES practice_user (id),
  begun_on {{text}} NOT NULL,
  ended_on {{text}},
  created_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX course_by_therapist ON course (therapist);
CREATE INDEX course_by_supervisor ON course (supervisor);

CREATE TABLE member (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  role {{text}} NOT NULL,
  since {{integer}} NOT NULL,
  CONSTRAINT member_once UNIQUE (course, person)
) {{keyed}};
CREATE INDEX member_by_person ON member (person);

CREATE TABLE consent (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} REFERENCES course (id),
  kind {{text}} NOT NULL,
  form_version {{text}} NOT NULL,
  note {{blob}},
  given_at {{integer}} NOT NULL,
  withdrawn_at {{integer}}
) {{keyed}};
CREATE INDEX consent_by_person ON consent (person);

CREATE TABLE occasion (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  kind {{text}} NOT NULL,
  at_ms {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX occasion_by_course ON occasion (course);

CREATE TABLE administration (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  occasion {{text}} NOT NULL REFERENCES occasion (id),
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  fingerprint {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  respondent {{text}} NOT NULL REFERENCES person (id),
  subject {{text}} NOT NULL REFERENCES person (id),
  figure {{text}} REFERENCES figure (id),
  mode {{text}} NOT NULL,
  progress {{text}} NOT NULL,
  asks_risk {{integer}} NOT NULL,
  given_at {{integer}} NOT NULL,
  sent_at {{integer}}
) {{keyed}};
CREATE INDEX administration_by_course ON administration (course);
CREATE INDEX administration_by_respondent ON administration (respondent);

CREATE TABLE response_sheet (
  id {{text}} NOT NULL PRIMARY KEY,
  administration {{text}} NOT NULL CONSTRAINT response_sheet_once UNIQUE REFERENCES administration (id),
  respondent {{text}} NOT NULL REFERENCES person (id),
  answers {{text}} NOT NULL,
  risk_answers {{blob}},
  recorded_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX response_sheet_by_respondent ON response_sheet (respondent);

CREATE TABLE risk_entry (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  administration {{text}} NOT NULL REFERENCES administration (id),
  answer {{blob}} NOT NULL,
  created_at {{integer}} NOT NULL,
  acknowledged_at {{integer}},
  acknowledged_by {{text}} REFERENCES practice_user (id),
  what_was_done {{blob}}
) {{keyed}};
CREATE INDEX risk_entry_by_course ON risk_entry (course, acknowledged_at);

CREATE TABLE signed_document (
  id {{text}} NOT NULL PRIMARY KEY,
  person {{text}} NOT NULL REFERENCES person (id),
  course {{text}} NOT NULL REFERENCES course (id),
  kind {{text}} NOT NULL,
  content {{blob}} NOT NULL,
  signed_by {{text}} NOT NULL REFERENCES practice_user (id),
  signed_at {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX signed_document_by_course ON signed_document (course);

CREATE TABLE session (
  id {{text}} NOT NULL PRIMARY KEY,
  token_hash {{text}} NOT NULL CONSTRAINT session_token_once UNIQUE,
  csrf_hash {{text}} NOT NULL,
  user_id {{text}} REFERENCES practice_user (id),
  person {{text}} REFERENCES person (id),
  administration {{text}} REFERENCES administration (id),
  created_at {{integer}} NOT NULL,
  seen_at {{integer}} NOT NULL,
  expires_at {{integer}} NOT NULL,
  locked {{integer}} NOT NULL
) {{keyed}};
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE ticket (
  id {{text}} NOT NULL PRIMARY KEY,
  token_hash {{text}} NOT NULL CONSTRAINT ticket_token_once UNIQUE,
  kind {{text}} NOT NULL,
  user_id {{text}} REFERENCES practice_user (id),
  person {{text}} REFERENCES person (id),
  administration {{text}} REFERENCES administration (id),
  created_at {{integer}} NOT NULL,
  expires_at {{integer}} NOT NULL,
  used_at {{integer}},
  revoked_at {{integer}}
) {{keyed}};

CREATE TABLE setting (
  id {{text}} NOT NULL PRIMARY KEY,
  name {{text}} NOT NULL CONSTRAINT setting_name_once UNIQUE,
  value {{text}} NOT NULL
) {{keyed}};

CREATE TABLE break_glass (
  id {{text}} NOT NULL PRIMARY KEY,
  course {{text}} NOT NULL REFERENCES course (id),
  person {{text}} NOT NULL REFERENCES person (id),
  user_id {{text}} NOT NULL REFERENCES practice_user (id),
  reason {{blob}} NOT NULL,
  opened_at {{integer}} NOT NULL,
  until_ms {{integer}} NOT NULL,
  seen_at {{integer}}
) {{keyed}};
CREATE INDEX break_glass_by_course ON break_glass (course, user_id);

CREATE TABLE audit (
  number {{integer}} NOT NULL PRIMARY KEY,
  at_ms {{integer}} NOT NULL,
  actor {{text}} NOT NULL,
  action {{text}} NOT NULL,
  person {{text}},
  course {{text}},
  object {{text}} NOT NULL,
  hash {{text}} NOT NULL
) {{keyed}};
CREATE INDEX audit_by_person ON audit (person, number);
CREATE INDEX audit_by_course ON audit (course, number);

CREATE TABLE tombstone (
  id {{text}} NOT NULL PRIMARY KEY,
  erased_at {{integer}} NOT NULL,
  ground {{text}} NOT NULL
) {{keyed}};
