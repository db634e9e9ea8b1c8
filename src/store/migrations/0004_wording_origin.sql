-- Where a wording came from: the format of its file, the SHA-256 of its bytes, what the file itself says of copyright and
-- version, and the version of the program that read it.

ALTER TABLE wording_pack ADD COLUMN source_format {{text}};
ALTER TABLE wording_pack ADD COLUMN source_sha256 {{text}};
ALTER TABLE wording_pack ADD COLUMN source_statement {{text}};
ALTER TABLE wording_pack ADD COLUMN importer {{text}};
