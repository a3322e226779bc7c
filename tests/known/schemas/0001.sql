BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE answer (
	id INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	questionnaire_id INTEGER NOT NULL, 
	person TEXT NOT NULL, 
	submitted_at TEXT DEFAULT '' NOT NULL, 
	table_number SMALLINT, 
	role TEXT DEFAULT '' NOT NULL, 
	discipline TEXT DEFAULT '' NOT NULL, 
	city_size TEXT DEFAULT '' NOT NULL, 
	country TEXT DEFAULT '' NOT NULL, 
	region TEXT DEFAULT '' NOT NULL, 
	cluster TEXT DEFAULT '' NOT NULL, 
	ratings TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	replaced_in INTEGER, 
	CONSTRAINT pk_answer PRIMARY KEY (id), 
	CONSTRAINT ck_answer_ck_answer_person_is_hashed CHECK (length(person) = 16), 
	CONSTRAINT ck_answer_ck_answer_table_number CHECK (table_number IS NULL OR table_number > 0), 
	CONSTRAINT ck_answer_ck_answer_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_answer_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_answer_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaire (id), 
	CONSTRAINT fk_answer_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_answer_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "answer" VALUES(1,'room',1,'24f94bb323b8899e','',NULL,'head','it','','PT','','','4133..',3,NULL);
INSERT INTO "answer" VALUES(2,'room',1,'40082dc05faf8f89','',NULL,'officer','law','','PT','','','33....',3,4);
INSERT INTO "answer" VALUES(3,'room',1,'4d17acd24c9f2b84','',NULL,'officer','law','','PT','','','335334',3,NULL);
INSERT INTO "answer" VALUES(4,'room',1,'590cb447935b9dd8','',NULL,'officer','it','','PT','','','2255..',3,NULL);
INSERT INTO "answer" VALUES(5,'room',1,'66f2a545dc6225c7','',NULL,'officer','it','','PT','','','335515',3,NULL);
INSERT INTO "answer" VALUES(6,'room',1,'760b6e548a2c9733','',NULL,'officer','law','','PT','','','345424',3,NULL);
INSERT INTO "answer" VALUES(7,'room',1,'a57427c4c1e30f40','',NULL,'head','law','','PT','','','5251..',3,NULL);
INSERT INTO "answer" VALUES(8,'room',1,'b97fdcfcfa338cfb','',NULL,'head','law','','PT','','','524411',3,NULL);
INSERT INTO "answer" VALUES(9,'room',1,'e17c4f68591e746b','',NULL,'head','it+law','','PT','','','5122..',3,NULL);
INSERT INTO "answer" VALUES(10,'room',1,'f9e94781336e7497','',NULL,'head','it','','PT','','','5142..',3,NULL);
INSERT INTO "answer" VALUES(11,'room',1,'40082dc05faf8f89','',NULL,'officer','law','','PT','','','335411',4,NULL);
CREATE TABLE catalogue (
	code TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_catalogue PRIMARY KEY (code)
);
INSERT INTO "catalogue" VALUES('past','{"catalogue": {"code": "past", "title": "A small catalogue"}, "challenge": [{"code": "silos", "label": "Silos"}], "competency": [{"code": "a", "label": "Competency A"}, {"code": "b", "label": "Competency B"}, {"code": "c", "label": "Competency C"}], "dimension": [{"code": "role", "label": "Role", "option": [{"code": "head", "label": "Head"}, {"code": "officer", "label": "Officer"}]}, {"code": "discipline", "label": "Discipline", "multiple": true, "option": [{"code": "it", "label": "It"}, {"code": "law", "label": "Law"}]}, {"code": "country", "label": "Country", "open": true}], "question": [{"code": "long", "label": "How long?", "option": [{"code": "day", "label": "day"}, {"code": "week", "label": "week"}]}], "solution": [{"challenges": ["silos"], "code": "ask", "label": "Ask"}], "topic": [{"code": "contents", "label": "Contents", "option": [{"code": "u", "label": "U"}, {"code": "v", "label": "V"}, {"code": "w", "label": "W"}]}]}');
CREATE TABLE change (
	version INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	kind TEXT NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_change PRIMARY KEY (version), 
	CONSTRAINT ck_change_ck_change_kind CHECK (kind IN ('catalogue', 'event', 'answers'))
);
INSERT INTO "change" VALUES(1,'2026-11-30 09:50:04.630011','catalogue','past');
INSERT INTO "change" VALUES(2,'2026-11-30 09:50:04.659512','event','room');
INSERT INTO "change" VALUES(3,'2026-11-30 09:50:04.780518','answers','survey.csv');
INSERT INTO "change" VALUES(4,'2026-11-30 09:50:04.890265','answers','survey.csv');
CREATE TABLE event (
	code TEXT NOT NULL, 
	title TEXT NOT NULL, 
	held_on DATE, 
	place TEXT DEFAULT '' NOT NULL, 
	catalogue TEXT NOT NULL, 
	threshold SMALLINT DEFAULT '5' NOT NULL, 
	is_demo BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (code), 
	CONSTRAINT ck_event_ck_event_threshold CHECK (threshold BETWEEN 3 AND 20), 
	CONSTRAINT ck_event_ck_event_named CHECK (length(code) > 0 AND length(title) > 0), 
	CONSTRAINT fk_event_catalogue FOREIGN KEY(catalogue) REFERENCES catalogue (code)
);
INSERT INTO "event" VALUES('room','A room',NULL,'','past',3,0);
CREATE TABLE item (
	questionnaire_id INTEGER NOT NULL, 
	position SMALLINT NOT NULL, 
	competency TEXT NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (questionnaire_id, position), 
	CONSTRAINT uq_item_questionnaire_id_competency UNIQUE (questionnaire_id, competency), 
	CONSTRAINT ck_item_ck_item_position CHECK (position >= 0), 
	CONSTRAINT fk_item_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaire (id)
);
INSERT INTO "item" VALUES(1,0,'a');
INSERT INTO "item" VALUES(1,1,'b');
INSERT INTO "item" VALUES(1,2,'c');
CREATE TABLE questionnaire (
	id INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	low SMALLINT NOT NULL, 
	high SMALLINT NOT NULL, 
	items SMALLINT NOT NULL, 
	marks TEXT NOT NULL, 
	CONSTRAINT pk_questionnaire PRIMARY KEY (id), 
	CONSTRAINT uq_questionnaire_catalogue_version UNIQUE (catalogue, version), 
	CONSTRAINT ck_questionnaire_ck_questionnaire_scale CHECK (low >= 0 AND high > low AND high <= 35), 
	CONSTRAINT ck_questionnaire_ck_questionnaire_items CHECK (items > 0), 
	CONSTRAINT ck_questionnaire_ck_questionnaire_marks CHECK (length(marks) = high - low + 2), 
	CONSTRAINT fk_questionnaire_catalogue FOREIGN KEY(catalogue) REFERENCES catalogue (code)
);
INSERT INTO "questionnaire" VALUES(1,'past',1,1,5,3,'.12345');
CREATE TABLE setting (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY (name)
);
INSERT INTO "setting" VALUES('salt','04d7aa86ce65c86f3fc7bc5a918b306f');
CREATE UNIQUE INDEX uq_answer_current ON answer (person, event) WHERE replaced_in IS NULL;
CREATE TRIGGER answer_card BEFORE INSERT ON answer
    WHEN NOT EXISTS (
        SELECT 1 FROM questionnaire
        WHERE id = NEW.questionnaire_id AND length(NEW.ratings) = 2 * items AND trim(NEW.ratings, marks) = ''
    )
    BEGIN SELECT RAISE(ABORT, 'this rating card does not fit its questionnaire'); END;
CREATE TRIGGER answer_is_immutable BEFORE UPDATE OF id, event, questionnaire_id, person, submitted_at, table_number, role, discipline, city_size, country, region, cluster, ratings, version ON answer
    BEGIN SELECT RAISE(ABORT, 'an answer is never altered: replace it'); END;
CREATE TRIGGER answer_is_replaced_once BEFORE UPDATE OF replaced_in ON answer
    WHEN OLD.replaced_in IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'an answer is replaced only once'); END;
CREATE VIEW rating AS
    SELECT answer.id AS answer, answer.event AS event, item.competency AS competency,
           nullif(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(ratings, 2 * position + 1, 1)), 0) - 1 AS importance,
           nullif(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(ratings, 2 * position + 2, 1)), 0) - 1 AS level
    FROM answer JOIN item ON item.questionnaire_id = answer.questionnaire_id
    WHERE replaced_in IS NULL;
COMMIT;
