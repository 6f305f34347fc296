-- From when on things may not have been done by the person who says "This wasn't me".

ALTER TABLE cases ADD COLUMN since timestamptz;
