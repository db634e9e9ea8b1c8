-- Wording that a practice imports, what of it was shown, and when answers last came to a course.

CREATE TABLE wording_pack (
  id {{text}} NOT NULL PRIMARY KEY,
  instrument {{text}} NOT NULL,
  version {{text}} NOT NULL,
  item_order {{text}} NOT NULL,
  locale {{text}} NOT NULL,
  title {{text}} NOT NULL,
  instruction {{text}} NOT NULL,
  licence {{text}} NOT NULL,
  source {{text}} NOT NULL,
  imported_by {{text}} REFERENCES practice_user (id),
  imported_at {{integer}} NOT NULL,
  retired_at {{integer}}
) {{keyed}};
CREATE INDEX wording_pack_by_instrument ON wording_pack (instrument, version);

CREATE TABLE wording_line (
  id {{text}} NOT NULL PRIMARY KEY,
  pack {{text}} NOT NULL REFERENCES wording_pack (id),
  item {{integer}} NOT NULL,
  answer {{integer}},
  text {{text}} NOT NULL
) {{keyed}};
CREATE INDEX wording_line_by_pack ON wording_line (pack);

ALTER TABLE administration ADD COLUMN wording {{text}} REFERENCES wording_pack (id);
ALTER TABLE course ADD COLUMN answered_at {{integer}};
UPDATE course SET answered_at =
  (SELECT max(sent_at) FROM administration WHERE administration.course = course.id);
