BEGIN TRANSACTION;
CREATE TABLE access (
	jti TEXT NOT NULL, 
	role TEXT NOT NULL, 
	event TEXT, 
	table_number SMALLINT, 
	made_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	revoked_at TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_access PRIMARY KEY (jti), 
	CONSTRAINT ck_access_ck_access_role CHECK (role IN ('organiser', 'presenter', 'table', 'participant')), 
	CONSTRAINT ck_access_ck_access_event CHECK (role = 'organiser' OR event IS NOT NULL), 
	CONSTRAINT ck_access_ck_access_table_number CHECK ((role = 'table') = (table_number IS NOT NULL)), 
	CONSTRAINT fk_access_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "access" VALUES('5XBDVQFE','participant','live',NULL,'2026-11-30T19:09:15.965213+00:00','2026-12-30T19:09:15.965213+00:00','');
INSERT INTO "access" VALUES('CBR8L64A','table','live',1,'2026-11-30T19:09:15.966519+00:00','2026-12-14T19:09:15.966519+00:00','');
INSERT INTO "access" VALUES('6NLH82SA','organiser','live',NULL,'2026-11-30T19:09:15.967110+00:00','2027-11-30T19:09:15.967110+00:00','');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
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
	replaced_in INTEGER, replies TEXT NOT NULL DEFAULT '' CONSTRAINT ck_answer_replies CHECK (replies NOT LIKE '%,%'), 
	CONSTRAINT pk_answer PRIMARY KEY (id), 
	CONSTRAINT ck_answer_ck_answer_person_is_hashed CHECK (length(person) = 16), 
	CONSTRAINT ck_answer_ck_answer_table_number CHECK (table_number IS NULL OR table_number > 0), 
	CONSTRAINT ck_answer_ck_answer_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_answer_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_answer_questionnaire_id FOREIGN KEY(questionnaire_id) REFERENCES questionnaire (id), 
	CONSTRAINT fk_answer_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_answer_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "answer" VALUES(1,'room',1,'517842101c5826fa','',NULL,'officer','it','','PT','','','335515',3,NULL,'long=week');
INSERT INTO "answer" VALUES(2,'room',1,'63587d2f88415e38','',NULL,'officer','law','','PT','','','335334',3,NULL,'long=week');
INSERT INTO "answer" VALUES(3,'room',1,'67c5f21439b68a9d','',NULL,'officer','law','','PT','','','345424',3,NULL,'long=week');
INSERT INTO "answer" VALUES(4,'room',1,'85f6faf67a78322a','',NULL,'head','law','','PT','','','524411',3,NULL,'long=day');
INSERT INTO "answer" VALUES(5,'room',1,'90956766931af9c4','',NULL,'head','it','','PT','','','4133..',3,NULL,'long=day');
INSERT INTO "answer" VALUES(6,'room',1,'c4b77e72202b4ded','',NULL,'officer','it','','PT','','','2255..',3,NULL,'long=week');
INSERT INTO "answer" VALUES(7,'room',1,'d7c5158844d01112','',NULL,'head','law','','PT','','','5251..',3,NULL,'long=week');
INSERT INTO "answer" VALUES(8,'room',1,'d8508190bac53f6a','',NULL,'head','it','','PT','','','5142..',3,NULL,'long=day');
INSERT INTO "answer" VALUES(9,'room',1,'fbc2a0ccaf54e5df','',NULL,'head','it+law','','PT','','','5122..',3,NULL,'long=day');
INSERT INTO "answer" VALUES(10,'room',1,'fc6f4bf6fdb44758','',NULL,'officer','law','','PT','','','33....',3,4,'');
INSERT INTO "answer" VALUES(11,'room',1,'fc6f4bf6fdb44758','',NULL,'officer','law','','PT','','','335411',4,NULL,'long=day');
INSERT INTO "answer" VALUES(12,'live',1,'2a1680a6bb69bc03','2026-11-30T19:09:15Z',NULL,'','','','','','','51....',8,NULL,'');
INSERT INTO "answer" VALUES(13,'live',1,'80b9001702f33214','2026-11-30T19:09:15Z',NULL,'','','','','','','52....',10,NULL,'');
INSERT INTO "answer" VALUES(14,'live',1,'a2a0f715c64df910','2026-11-30T19:09:15Z',NULL,'','','','','','','41....',12,NULL,'');
INSERT INTO "answer" VALUES(15,'live',1,'ad4e6371598cf5a0','2026-11-30T19:09:15Z',NULL,'','','','','','','5131..',14,NULL,'');
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
INSERT INTO "change" VALUES(1,'2026-11-30 19:09:15.777121','catalogue','past');
INSERT INTO "change" VALUES(2,'2026-11-30 19:09:15.779996','event','room');
INSERT INTO "change" VALUES(3,'2026-11-30 19:09:15.799877','answers','survey.csv');
INSERT INTO "change" VALUES(4,'2026-11-30 19:09:15.832993','answers','survey.csv');
INSERT INTO "change" VALUES(5,'2026-11-30 19:09:15.874254','answers','tables: tables.csv');
INSERT INTO "change" VALUES(6,'2026-11-30 19:09:15.911348','answers','coding: by hand');
INSERT INTO "change" VALUES(7,'2026-11-30 19:09:15.962872','event','live');
INSERT INTO "change" VALUES(8,'2026-11-30 19:09:15.973003','answers','live: from a phone');
INSERT INTO "change" VALUES(9,'2026-11-30 19:09:15.976020','answers','live: short list, before');
INSERT INTO "change" VALUES(10,'2026-11-30 19:09:15.979270','answers','live: from a phone');
INSERT INTO "change" VALUES(11,'2026-11-30 19:09:15.980681','answers','live: short list, before');
INSERT INTO "change" VALUES(12,'2026-11-30 19:09:15.983190','answers','live: from a phone');
INSERT INTO "change" VALUES(13,'2026-11-30 19:09:15.984512','answers','live: short list, before');
INSERT INTO "change" VALUES(14,'2026-11-30 19:09:15.987097','answers','live: from a phone');
INSERT INTO "change" VALUES(15,'2026-11-30 19:09:15.988641','answers','live: short list, before');
INSERT INTO "change" VALUES(16,'2026-11-30 19:09:15.991165','answers','live: from a phone');
INSERT INTO "change" VALUES(17,'2026-11-30 19:09:15.992520','answers','live: short list, before');
INSERT INTO "change" VALUES(18,'2026-11-30 19:09:15.997784','answers','live: somebody has withdrawn');
INSERT INTO "change" VALUES(19,'2026-11-30 19:09:16.004139','answers','tables: from tables');
INSERT INTO "change" VALUES(20,'2026-11-30 19:09:16.027596','catalogue','past: courses on offer');
CREATE TABLE coding (
	id INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	note TEXT NOT NULL, 
	code TEXT, 
	competencies TEXT, 
	practices TEXT, 
	cleared BOOLEAN DEFAULT 0 NOT NULL, 
	version INTEGER NOT NULL, 
	replaced_in INTEGER, 
	CONSTRAINT pk_coding PRIMARY KEY (id), 
	CONSTRAINT ck_coding_ck_coding_note_is_hashed CHECK (length(note) = 32), 
	CONSTRAINT ck_coding_ck_coding_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_coding_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_coding_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_coding_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "coding" VALUES(1,'room','33c15d72e1df3d2a4224b048a31a83b2',NULL,NULL,NULL,1,6,NULL);
INSERT INTO "coding" VALUES(2,'room','95b5cfaf6f6bbdff72f4bf7030a081d4',NULL,'a+b',NULL,0,6,NULL);
CREATE TABLE course_list (
	id INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	content TEXT NOT NULL, 
	origin TEXT DEFAULT '' NOT NULL, 
	version INTEGER NOT NULL, 
	replaced_in INTEGER, 
	CONSTRAINT pk_course_list PRIMARY KEY (id), 
	CONSTRAINT ck_course_list_ck_course_list_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_course_list_catalogue FOREIGN KEY(catalogue) REFERENCES catalogue (code), 
	CONSTRAINT fk_course_list_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_course_list_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "course_list" VALUES(1,'past','[{"course": "x", "title": "", "provider": "", "hours": 12.0, "language": "", "method": "", "link": "", "competencies": "a+b"}, {"course": "y", "title": "", "provider": "", "hours": null, "language": "", "method": "", "link": "", "competencies": "c"}]','courses.csv',20,NULL);
CREATE TABLE desk (
	event TEXT NOT NULL, 
	table_number SMALLINT NOT NULL, 
	part TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	content TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	device TEXT DEFAULT '' NOT NULL, 
	edit BIGINT DEFAULT '0' NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_desk PRIMARY KEY (event, table_number, part, revision), 
	CONSTRAINT ck_desk_ck_desk_counts CHECK (table_number > 0 AND revision > 0), 
	CONSTRAINT ck_desk_ck_desk_kind CHECK (kind IN ('edit', 'undo', 'reset', 'paper')), 
	CONSTRAINT fk_desk_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "desk" VALUES('live',1,'contents',1,'[["u"], ["v", "w"]]','edit','',0,'2026-11-30T19:09:16+00:00');
INSERT INTO "desk" VALUES('live',1,'line.x',1,'{"answers": "", "competencies": [], "kind": "challenge", "place": 0, "text": "No time"}','edit','',0,'2026-11-30T19:09:16+00:00');
CREATE TABLE draft (
	event TEXT NOT NULL, 
	person TEXT NOT NULL, 
	edit BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_draft PRIMARY KEY (event, person), 
	CONSTRAINT ck_draft_ck_draft_person_is_hashed CHECK (length(person) = 16), 
	CONSTRAINT ck_draft_ck_draft_state CHECK (state IN ('open', 'sent', 'withdrawn')), 
	CONSTRAINT fk_draft_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "draft" VALUES('live','2a1680a6bb69bc03',1,'sent','bce2b567a18361741801135c599d6975');
INSERT INTO "draft" VALUES('live','80b9001702f33214',1,'sent','a89cce2362e2fa9b4419e17f83fb7633');
INSERT INTO "draft" VALUES('live','a2a0f715c64df910',1,'sent','79e24cafbab574ae39366fda02970f43');
INSERT INTO "draft" VALUES('live','ad4e6371598cf5a0',1,'sent','d6976759d1e9ed30e7df23f4843d1b3b');
INSERT INTO "draft" VALUES('live','5510e5154c9ef446',1,'withdrawn','');
INSERT INTO "draft" VALUES('live','8a453501a5ad6246',1,'open','{"i0": "5"}');
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
INSERT INTO "event" VALUES('live','A live room',NULL,'','past',3,0);
CREATE TABLE hidden (
	event TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	CONSTRAINT pk_hidden PRIMARY KEY (event, topic), 
	CONSTRAINT fk_hidden_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "hidden" VALUES('live','notes');
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
CREATE TABLE locked (
	event TEXT NOT NULL, 
	table_number SMALLINT NOT NULL, 
	CONSTRAINT pk_locked PRIMARY KEY (event, table_number), 
	CONSTRAINT fk_locked_event FOREIGN KEY(event) REFERENCES event (code)
);
CREATE TABLE note (
	sheet_id INTEGER NOT NULL, 
	line SMALLINT NOT NULL, 
	kind TEXT NOT NULL, 
	text TEXT NOT NULL, 
	code TEXT DEFAULT '' NOT NULL, 
	competencies TEXT DEFAULT '' NOT NULL, 
	practices TEXT DEFAULT '' NOT NULL, 
	answers SMALLINT, 
	CONSTRAINT pk_note PRIMARY KEY (sheet_id, line), 
	CONSTRAINT ck_note_ck_note_kind CHECK (kind IN ('challenge', 'solution', 'conclusion')), 
	CONSTRAINT ck_note_ck_note_line CHECK (line > 0 AND (answers IS NULL OR answers > 0)), 
	CONSTRAINT fk_note_sheet_id FOREIGN KEY(sheet_id) REFERENCES sheet (id)
);
INSERT INTO "note" VALUES(1,1,'challenge','Silos everywhere','silos','a','',NULL);
INSERT INTO "note" VALUES(1,2,'solution','Talk at lunch','ask','a','',1);
CREATE TABLE ordering (
	id INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	person TEXT NOT NULL, 
	round TEXT NOT NULL, 
	options TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	replaced_in INTEGER, 
	CONSTRAINT pk_ordering PRIMARY KEY (id), 
	CONSTRAINT ck_ordering_ck_ordering_person_is_hashed CHECK (length(person) = 16), 
	CONSTRAINT ck_ordering_ck_ordering_round CHECK (round IN ('before', 'after')), 
	CONSTRAINT ck_ordering_ck_ordering_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_ordering_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_ordering_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_ordering_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "ordering" VALUES(1,'live','2a1680a6bb69bc03','before','a+b+c',9,NULL);
INSERT INTO "ordering" VALUES(2,'live','80b9001702f33214','before','a+b+c',11,NULL);
INSERT INTO "ordering" VALUES(3,'live','a2a0f715c64df910','before','a+b+c',13,NULL);
INSERT INTO "ordering" VALUES(4,'live','ad4e6371598cf5a0','before','a+b+c',15,NULL);
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
CREATE TABLE ranking (
	sheet_id INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	option TEXT NOT NULL, 
	position SMALLINT NOT NULL, 
	CONSTRAINT pk_ranking PRIMARY KEY (sheet_id, topic, option), 
	CONSTRAINT ck_ranking_ck_ranking_position CHECK (position > 0), 
	CONSTRAINT fk_ranking_sheet_id FOREIGN KEY(sheet_id) REFERENCES sheet (id)
);
INSERT INTO "ranking" VALUES(1,'contents','u',1);
INSERT INTO "ranking" VALUES(1,'contents','v',2);
INSERT INTO "ranking" VALUES(1,'contents','w',3);
INSERT INTO "ranking" VALUES(2,'contents','v',1);
INSERT INTO "ranking" VALUES(2,'contents','u',2);
INSERT INTO "ranking" VALUES(2,'contents','w',2);
INSERT INTO "ranking" VALUES(3,'contents','u',1);
INSERT INTO "ranking" VALUES(3,'contents','v',2);
INSERT INTO "ranking" VALUES(3,'contents','w',2);
CREATE TABLE revision (
	event TEXT NOT NULL, 
	document TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	based_on INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	content TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (event, document, number), 
	CONSTRAINT ck_revision_ck_revision_document CHECK (document IN ('programme', 'strategy')), 
	CONSTRAINT ck_revision_ck_revision_kind CHECK (kind IN ('edit', 'restore', 'beside')), 
	CONSTRAINT ck_revision_ck_revision_counts CHECK (number > 0 AND based_on >= 0 AND based_on < number), 
	CONSTRAINT fk_revision_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_revision_version FOREIGN KEY(version) REFERENCES change (version)
);
INSERT INTO "revision" VALUES('live','strategy',1,0,'edit','{"items": []}',19,'2026-11-30T19:09:16+00:00');
CREATE TABLE saved_view (
	code TEXT NOT NULL, 
	event TEXT NOT NULL, 
	page TEXT NOT NULL, 
	"query" TEXT NOT NULL, 
	title TEXT NOT NULL, 
	position INTEGER, 
	CONSTRAINT pk_saved_view PRIMARY KEY (code), 
	CONSTRAINT fk_saved_view_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "saved_view" VALUES('MHGE29','live','gaps','event=live','Gaps',1);
CREATE TABLE setting (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY (name)
);
INSERT INTO "setting" VALUES('salt','a96192549cd9a90b66c9fc3685ce0dae');
INSERT INTO "setting" VALUES('signing','cc3542f4ef8426082084a21213aefecf6738bad3755907a0ab0f24a6497c171f');
CREATE TABLE setup (
	event TEXT NOT NULL, 
	tables SMALLINT DEFAULT '0' NOT NULL, 
	languages TEXT DEFAULT 'en' NOT NULL, 
	retain_until DATE, 
	closed BOOLEAN DEFAULT 0 NOT NULL, 
	ends_at TEXT DEFAULT '' NOT NULL, 
	shortlist TEXT DEFAULT '' NOT NULL, 
	round TEXT DEFAULT '' NOT NULL, 
	stage TEXT DEFAULT '' NOT NULL, at_end TEXT NOT NULL DEFAULT 'erase' CONSTRAINT ck_setup_at_end CHECK (at_end IN ('erase', 'anonymise')), ended_on DATE, steps BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_setup PRIMARY KEY (event), 
	CONSTRAINT ck_setup_ck_setup_tables CHECK (tables BETWEEN 0 AND 99), 
	CONSTRAINT ck_setup_ck_setup_round CHECK (round IN ('', 'before', 'after')), 
	CONSTRAINT fk_setup_event FOREIGN KEY(event) REFERENCES event (code)
);
INSERT INTO "setup" VALUES('live',2,'en',NULL,0,'','a+b+c','before','','erase',NULL,0);
CREATE TABLE sheet (
	id INTEGER NOT NULL, 
	event TEXT NOT NULL, 
	table_number SMALLINT NOT NULL, 
	members SMALLINT, 
	mix TEXT DEFAULT '' NOT NULL, 
	content TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	replaced_in INTEGER, 
	CONSTRAINT pk_sheet PRIMARY KEY (id), 
	CONSTRAINT ck_sheet_ck_sheet_table_number CHECK (table_number > 0), 
	CONSTRAINT ck_sheet_ck_sheet_members CHECK (members IS NULL OR members > 0), 
	CONSTRAINT ck_sheet_ck_sheet_replaced CHECK (replaced_in > version), 
	CONSTRAINT fk_sheet_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_sheet_version FOREIGN KEY(version) REFERENCES change (version), 
	CONSTRAINT fk_sheet_replaced_in FOREIGN KEY(replaced_in) REFERENCES change (version)
);
INSERT INTO "sheet" VALUES(1,'room',1,6,'role=head','6d1e2f16b9ea5cd2dcc13070bfe59b84',5,NULL);
INSERT INTO "sheet" VALUES(2,'room',2,5,'role=officer','e83ab86ec9ded8bd0a25a516b7506451',5,NULL);
INSERT INTO "sheet" VALUES(3,'live',1,NULL,'','4c23e6aa0043e3a768a2f5646c5fdfe4',19,NULL);
CREATE TABLE step (
	event TEXT NOT NULL, 
	what TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	closed BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_step PRIMARY KEY (event, what, version), 
	CONSTRAINT ck_step_ck_step_what CHECK (length(what) > 0), 
	CONSTRAINT fk_step_event FOREIGN KEY(event) REFERENCES event (code), 
	CONSTRAINT fk_step_version FOREIGN KEY(version) REFERENCES change (version)
);
CREATE TABLE trail (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	act TEXT NOT NULL, 
	event TEXT DEFAULT '' NOT NULL, 
	n INTEGER, 
	CONSTRAINT pk_trail PRIMARY KEY (id), 
	CONSTRAINT ck_trail_ck_trail_act CHECK (length(act) > 0)
);
INSERT INTO "trail" VALUES(1,'2026-11-30T19:09:15+00:00','import','room',10);
INSERT INTO "trail" VALUES(2,'2026-11-30T19:09:15+00:00','import','room',1);
INSERT INTO "trail" VALUES(3,'2026-11-30T19:09:15+00:00','withdrawal','live',1);
CREATE TABLE trash (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	event TEXT NOT NULL, 
	title TEXT NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_trash PRIMARY KEY (id), 
	CONSTRAINT ck_trash_ck_trash_kind CHECK (kind IN ('view', 'event'))
);
CREATE UNIQUE INDEX uq_answer_current ON answer (person, event) WHERE replaced_in IS NULL;
CREATE TRIGGER answer_card BEFORE INSERT ON answer
    WHEN NOT EXISTS (
        SELECT 1 FROM questionnaire
        WHERE id = NEW.questionnaire_id AND length(NEW.ratings) = 2 * items AND trim(NEW.ratings, marks) = ''
    )
    BEGIN SELECT RAISE(ABORT, 'this rating card does not fit its questionnaire'); END;
CREATE TRIGGER answer_is_replaced_once BEFORE UPDATE OF replaced_in ON answer
    WHEN OLD.replaced_in IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'an answer is replaced only once'); END;
CREATE VIEW rating AS
    SELECT answer.id AS answer, answer.event AS event, item.competency AS competency,
           nullif(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(ratings, 2 * position + 1, 1)), 0) - 1 AS importance,
           nullif(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(ratings, 2 * position + 2, 1)), 0) - 1 AS level
    FROM answer JOIN item ON item.questionnaire_id = answer.questionnaire_id
    WHERE replaced_in IS NULL;
CREATE UNIQUE INDEX uq_sheet_current ON sheet (table_number, event) WHERE replaced_in IS NULL;
CREATE TRIGGER sheet_is_immutable BEFORE UPDATE OF id, event, table_number, members, mix, content, version ON sheet BEGIN SELECT RAISE(ABORT, 'a sheet is never altered: replace it'); END;
CREATE TRIGGER ranking_is_immutable BEFORE UPDATE OF sheet_id, topic, option, position ON ranking BEGIN SELECT RAISE(ABORT, 'a sheet is never altered: replace it'); END;
CREATE TRIGGER note_is_immutable BEFORE UPDATE OF sheet_id, line, kind, text, code, competencies, practices, answers ON note BEGIN SELECT RAISE(ABORT, 'a sheet is never altered: replace it'); END;
CREATE UNIQUE INDEX uq_coding_current ON coding (note, event) WHERE replaced_in IS NULL;
CREATE TRIGGER coding_is_immutable BEFORE UPDATE OF id, event, note, code, competencies, practices, cleared, version ON coding
    BEGIN SELECT RAISE(ABORT, 'a coding is never altered: replace it'); END;
CREATE TRIGGER answer_is_immutable BEFORE UPDATE OF id, event, questionnaire_id, person, submitted_at, table_number, role, discipline, city_size, country, region, cluster, ratings, replies, version ON answer
            BEGIN SELECT RAISE(ABORT, 'an answer is never altered: replace it'); END;
CREATE UNIQUE INDEX uq_ordering_current ON ordering (person, round, event) WHERE replaced_in IS NULL;
CREATE TRIGGER desk_is_immutable BEFORE UPDATE OF event, table_number, part, revision, content, kind, device ON desk BEGIN SELECT RAISE(ABORT, 'a desk is never altered: add to it'); END;
CREATE TRIGGER ordering_is_immutable BEFORE UPDATE OF id, event, person, round, options, version ON ordering BEGIN SELECT RAISE(ABORT, 'an ordering is never altered: replace it'); END;
CREATE TRIGGER revision_is_immutable BEFORE UPDATE OF event, document, number, based_on, kind, content, version, at ON revision BEGIN SELECT RAISE(ABORT, 'a revision is never altered: add to them'); END;
CREATE UNIQUE INDEX uq_course_list_current ON course_list (catalogue) WHERE replaced_in IS NULL;
CREATE TRIGGER course_list_is_immutable BEFORE UPDATE OF id, catalogue, content, origin, version ON course_list BEGIN SELECT RAISE(ABORT, 'a list of courses is never altered: replace it'); END;
CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;
COMMIT;
