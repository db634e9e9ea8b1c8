-- To be filled.
DROP TABLE IF EXISTS nothing;
