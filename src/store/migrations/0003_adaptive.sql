-- Sheets that ask only what tells most, and how much their clients want to be asked.

ALTER TABLE administration ADD COLUMN adaptive {{integer}} NOT NULL DEFAULT 0;
ALTER TABLE administration ADD COLUMN most_items {{integer}};
