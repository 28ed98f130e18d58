BEGIN TRANSACTION;
CREATE TABLE administrative_unit (
	id CHAR(32) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	level VARCHAR(64) NOT NULL, 
	parent_id CHAR(32), 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	is_hardship BOOLEAN, 
	source VARCHAR NOT NULL, 
	CONSTRAINT pk_administrative_unit PRIMARY KEY (id), 
	CONSTRAINT fk_administrative_unit_parent_id_administrative_unit FOREIGN KEY(parent_id) REFERENCES administrative_unit (id), 
	CONSTRAINT uq_administrative_unit_code_valid_from UNIQUE (code, valid_from)
);
INSERT INTO "administrative_unit" VALUES('01a20d057dd9724288c28aecf99ddd4d','40','Tỉnh Nghệ An','province',NULL,'2021-09-24',NULL,NULL,'Kế hoạch số hóa tỉnh Nghệ An 2021');
INSERT INTO "administrative_unit" VALUES('01a20d057dda7c47852784dc44c1c787','16681','Phường Thành Vinh','commune','01a20d057dd9724288c28aecf99ddd4d','2025-07-01',NULL,NULL,'Nghị quyết 1678/NQ-UBTVQH15');
INSERT INTO "administrative_unit" VALUES('01a20d057ddb7720ad38738d4f323283','16732','Phường Cửa Lò','commune','01a20d057dd9724288c28aecf99ddd4d','2025-07-01',NULL,NULL,'Nghị quyết 1678/NQ-UBTVQH15');
INSERT INTO "administrative_unit" VALUES('01a20d057ddc753f8c182f7707b3a910','17110','Phường Hoàng Mai','commune','01a20d057dd9724288c28aecf99ddd4d','2025-07-01',NULL,NULL,'Nghị quyết 1678/NQ-UBTVQH15');
CREATE TABLE agency (
	id CHAR(32) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	level VARCHAR(64) NOT NULL, 
	parent_code VARCHAR(64), 
	unit_id CHAR(32), 
	valid_from DATE, 
	valid_to DATE, 
	CONSTRAINT pk_agency PRIMARY KEY (id), 
	CONSTRAINT fk_agency_unit_id_administrative_unit FOREIGN KEY(unit_id) REFERENCES administrative_unit (id), 
	CONSTRAINT uq_agency_code UNIQUE (code)
);
INSERT INTO "agency" VALUES('01a20d057e01790689d12bc124e9eb9d','H41','Ủy ban nhân dân tỉnh Nghệ An','province',NULL,'01a20d057dd9724288c28aecf99ddd4d',NULL,NULL);
INSERT INTO "agency" VALUES('01a20d057e0275a7aff4ed2428f19ce8','H41.90','Ủy ban nhân dân tỉnh Mẫu An','province',NULL,NULL,NULL,NULL);
INSERT INTO "agency" VALUES('01a20d057e0374a1a089594c94c319e9','H41.91','Sở Xây dựng tỉnh Mẫu An','province','H41.90',NULL,NULL,NULL);
INSERT INTO "agency" VALUES('01a20d057e047f48855a61b1aa15cb3a','H41.92','Ủy ban nhân dân huyện Thí Dụ','district','H41.90',NULL,NULL,NULL);
INSERT INTO "agency" VALUES('01a20d057e0575aa8393233b1fe144c6','H41.93','Ủy ban nhân dân xã Ví Dụ','commune','H41.90',NULL,NULL,NULL);
INSERT INTO "agency" VALUES('01a20d057e0678f88a25ba20df3ad726','H41.94','Ủy ban nhân dân phường Minh Họa','commune','H41.90',NULL,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE batch (
	id CHAR(32) NOT NULL, 
	agency_code VARCHAR(64) NOT NULL, 
	operator VARCHAR NOT NULL, 
	scanned_at DATETIME NOT NULL, 
	device VARCHAR NOT NULL, 
	sheet_sha256 VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT uq_batch_agency_code_sheet_sha256 UNIQUE (agency_code, sheet_sha256)
);
INSERT INTO "batch" VALUES('01a20d057e6e71d9991730db570e5930','H41.90','Đỗ Thị Quét Thử','2026-11-20 01:30:00.000000','Máy quét mẫu SP-30','4ed45c1e142d6e4284f694284917d192fe731d34ec8c7138d7c9a3eb3d36691d','2026-11-24 10:06:33.581500');
INSERT INTO "batch" VALUES('01a20d057e7c72e88f619711039880de','H41.91','Đỗ Thị Quét Thử','2026-11-20 01:30:00.000000','Máy quét mẫu SP-30','4ed45c1e142d6e4284f694284917d192fe731d34ec8c7138d7c9a3eb3d36691d','2026-11-24 10:06:33.595828');
CREATE TABLE chain_head_seal (
	id CHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	sealed_at DATETIME NOT NULL, 
	object_key VARCHAR NOT NULL, 
	batch_id CHAR(32), 
	CONSTRAINT pk_chain_head_seal PRIMARY KEY (id)
);
INSERT INTO "chain_head_seal" VALUES('01a20d058815733cabfad41847c19430',18,'4b6f1c0224c8a45f72080bdd04ff837f74d58687c6683bd27672db52f2837206','2026-11-24 10:06:36.052281','test/_chain/000000000018.json',NULL);
INSERT INTO "chain_head_seal" VALUES('01a20d0589a278d094b84079819b2dd4',35,'6f3ddb8724ab05696841c24ec9d8f58a9f34acf5d1c15b7173d9a894e24588d0','2026-11-24 10:06:36.450117','test/_chain/000000000035.json',NULL);
INSERT INTO "chain_head_seal" VALUES('01a20d058a2974a6ba7244dda543238b',36,'aeffad3af09551b2d02111342078ba28f831b00fa0567f7feb1043ddb24ecefd','2026-11-24 10:06:36.585434','test/_chain/000000000036.json',NULL);
CREATE TABLE document (
	id CHAR(32) NOT NULL, 
	agency_code VARCHAR(64) NOT NULL, 
	record_id CHAR(32), 
	batch_id CHAR(32), 
	stt INTEGER, 
	role VARCHAR(64) NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	reason_code VARCHAR(64), 
	reason_details JSON, 
	lane VARCHAR(64), 
	original_sha256 VARCHAR(64) NOT NULL, 
	source_path VARCHAR, 
	page_count INTEGER, 
	current_version INTEGER NOT NULL, 
	same_bytes_as_id CHAR(32), 
	tries INTEGER NOT NULL, 
	received_at DATETIME NOT NULL, 
	state_since DATETIME NOT NULL, 
	claim_owner VARCHAR, 
	claim_fence INTEGER NOT NULL, 
	claim_until DATETIME, 
	type_code VARCHAR(64), 
	maintenance VARCHAR(64), 
	mode VARCHAR(64), 
	language VARCHAR(64), 
	keyword VARCHAR, 
	format VARCHAR(64), 
	information_sign VARCHAR, 
	confidence_level VARCHAR(64), 
	autograph VARCHAR, 
	process BOOLEAN, 
	risk_recovery BOOLEAN, 
	risk_recovery_status VARCHAR(64), 
	description VARCHAR, 
	CONSTRAINT pk_document PRIMARY KEY (id), 
	CONSTRAINT fk_document_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_document_record_id_record FOREIGN KEY(record_id) REFERENCES record (id), 
	CONSTRAINT fk_document_same_bytes_as_id_document FOREIGN KEY(same_bytes_as_id) REFERENCES document (id), 
	CONSTRAINT fk_document_state_document_state FOREIGN KEY(state) REFERENCES document_state (name), 
	CONSTRAINT uq_document_record_id_stt UNIQUE (record_id, stt)
);
INSERT INTO "document" VALUES('01a20d057e6a71bbbe12a999208db221','H41.90','01a20d057e7276bf93fbb8442671ed67','01a20d057e6e71d9991730db570e5930',1,'result','archived',NULL,NULL,'straight','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','H41.90/H41.90-260302-0001/quyet-dinh.pdf',2,1,NULL,0,'2026-11-24 10:06:33.581500','2026-11-24 10:06:36.240193',NULL,3,NULL,'QĐ',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "document" VALUES('01a20d057e7a7b8cb95fa2ae985f9b48','H41.91','01a20d057e7d7611bc88da02cead1141','01a20d057e7c72e88f619711039880de',1,'result','archived',NULL,NULL,'straight','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','H41.91/H41.91-260307-0002/cong-van.pdf',1,1,NULL,0,'2026-11-24 10:06:33.595828','2026-11-24 10:06:36.419357',NULL,3,NULL,'CV',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE document_state (
	name VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_document_state PRIMARY KEY (name)
);
INSERT INTO "document_state" VALUES('in_work');
INSERT INTO "document_state" VALUES('waiting_review');
INSERT INTO "document_state" VALUES('waiting_release');
INSERT INTO "document_state" VALUES('pending_signature');
INSERT INTO "document_state" VALUES('sealed');
INSERT INTO "document_state" VALUES('archived');
INSERT INTO "document_state" VALUES('waiting_trust');
INSERT INTO "document_state" VALUES('stuck');
INSERT INTO "document_state" VALUES('superseded');
INSERT INTO "document_state" VALUES('refused');
INSERT INTO "document_state" VALUES('quarantined');
INSERT INTO "document_state" VALUES('duplicate');
CREATE TABLE document_transition (
	"before" VARCHAR(64) NOT NULL, 
	"after" VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_document_transition PRIMARY KEY ("before", "after"), 
	CONSTRAINT fk_document_transition_after_document_state FOREIGN KEY("after") REFERENCES document_state (name), 
	CONSTRAINT fk_document_transition_before_document_state FOREIGN KEY("before") REFERENCES document_state (name)
);
INSERT INTO "document_transition" VALUES('in_work','waiting_review');
INSERT INTO "document_transition" VALUES('in_work','waiting_release');
INSERT INTO "document_transition" VALUES('in_work','archived');
INSERT INTO "document_transition" VALUES('in_work','waiting_trust');
INSERT INTO "document_transition" VALUES('in_work','stuck');
INSERT INTO "document_transition" VALUES('in_work','refused');
INSERT INTO "document_transition" VALUES('in_work','quarantined');
INSERT INTO "document_transition" VALUES('in_work','duplicate');
INSERT INTO "document_transition" VALUES('waiting_review','in_work');
INSERT INTO "document_transition" VALUES('waiting_review','waiting_release');
INSERT INTO "document_transition" VALUES('waiting_review','archived');
INSERT INTO "document_transition" VALUES('waiting_review','waiting_trust');
INSERT INTO "document_transition" VALUES('waiting_review','superseded');
INSERT INTO "document_transition" VALUES('waiting_review','refused');
INSERT INTO "document_transition" VALUES('waiting_release','in_work');
INSERT INTO "document_transition" VALUES('waiting_release','waiting_review');
INSERT INTO "document_transition" VALUES('waiting_release','pending_signature');
INSERT INTO "document_transition" VALUES('waiting_release','sealed');
INSERT INTO "document_transition" VALUES('waiting_release','stuck');
INSERT INTO "document_transition" VALUES('waiting_release','superseded');
INSERT INTO "document_transition" VALUES('waiting_release','refused');
INSERT INTO "document_transition" VALUES('pending_signature','waiting_review');
INSERT INTO "document_transition" VALUES('pending_signature','sealed');
INSERT INTO "document_transition" VALUES('pending_signature','stuck');
INSERT INTO "document_transition" VALUES('pending_signature','superseded');
INSERT INTO "document_transition" VALUES('sealed','archived');
INSERT INTO "document_transition" VALUES('sealed','stuck');
INSERT INTO "document_transition" VALUES('archived','waiting_review');
INSERT INTO "document_transition" VALUES('archived','waiting_trust');
INSERT INTO "document_transition" VALUES('archived','superseded');
INSERT INTO "document_transition" VALUES('waiting_trust','waiting_review');
INSERT INTO "document_transition" VALUES('waiting_trust','archived');
INSERT INTO "document_transition" VALUES('waiting_trust','superseded');
INSERT INTO "document_transition" VALUES('stuck','in_work');
INSERT INTO "document_transition" VALUES('stuck','waiting_release');
INSERT INTO "document_transition" VALUES('stuck','sealed');
INSERT INTO "document_transition" VALUES('stuck','refused');
INSERT INTO "document_transition" VALUES('refused','in_work');
INSERT INTO "document_transition" VALUES('refused','superseded');
CREATE TABLE document_version (
	id CHAR(32) NOT NULL, 
	document_id CHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	assembled_sha256 VARCHAR(64), 
	sealed_sha256 VARCHAR(64), 
	sealed_at DATETIME, 
	archived_at DATETIME, 
	pdfa_claim VARCHAR(64), 
	CONSTRAINT pk_document_version PRIMARY KEY (id), 
	CONSTRAINT fk_document_version_document_id_document FOREIGN KEY(document_id) REFERENCES document (id), 
	CONSTRAINT uq_document_version_document_id_number UNIQUE (document_id, number)
);
INSERT INTO "document_version" VALUES('01a20d057e767e29a7fa5a195b792db0','01a20d057e6a71bbbe12a999208db221',1,'first_scan','2026-11-24 10:06:33.581500','bc41b3eb68cd5d47c1eaf8dbb9883a9325661f3415a6d3ca16ba04623627628c','d4ad4bb5d092ebac9ccaae830e2c6cc940add3f0231ad893733ff6355318d7c6','2026-11-24 10:06:36.000000','2026-11-24 10:06:36.240193','pdfa_2b_checked');
INSERT INTO "document_version" VALUES('01a20d057e7f7f528aad9ec58b8163e8','01a20d057e7a7b8cb95fa2ae985f9b48',1,'first_scan','2026-11-24 10:06:33.595828','434ae5e969001b16189cb6a5d173a7c09a55e14a1575085b33138e5ec5f62c44','1d9fa297afdfef9d86ad0749099c4686ae9b89adf7b1c01e8ede3a9b1d725d22','2026-11-24 10:06:36.000000','2026-11-24 10:06:36.419357','pdfa_2b_checked');
CREATE TABLE event (
	seq INTEGER NOT NULL, 
	schema_version INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	actor VARCHAR NOT NULL, 
	subject_type VARCHAR(64) NOT NULL, 
	subject_id VARCHAR NOT NULL, 
	input_sha256 VARCHAR(64), 
	output_sha256 VARCHAR(64), 
	payload JSON NOT NULL, 
	prev_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (seq), 
	CONSTRAINT uq_event_hash UNIQUE (hash)
);
INSERT INTO "event" VALUES(1,1,'2026-11-24 10:06:33.428583','ledger.born','release','ledger','1',NULL,NULL,'{"environment": "test"}','0000000000000000000000000000000000000000000000000000000000000000','78801f8c00955c7f5ffe6b5d503ca9ceff13b08a18d8ddc9f59358594a97561e');
INSERT INTO "event" VALUES(2,1,'2026-11-24 10:06:33.554130','register.imported','release','register_import','01a20d05-7e5f-7ddd-b54d-75803f23193c','11cc5bae2f07a14cdb42cb2250f5a82dba265569558a858f6336f04d62ad718a',NULL,'{"rows": 2, "added": 2, "changed": 0, "unchanged": 0, "missing": 0, "refused": 0}','78801f8c00955c7f5ffe6b5d503ca9ceff13b08a18d8ddc9f59358594a97561e','72abf091d12b89052fe8be84b6f6d718136f2ed0fc5c44373dd36541c6b2d21b');
INSERT INTO "event" VALUES(3,1,'2026-11-24 10:06:33.581500','document.received','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',NULL,'{"format": "pdf", "pages": 2, "duplicate": false, "record": "01a20d05-7e72-76bf-93fb-b8442671ed67"}','72abf091d12b89052fe8be84b6f6d718136f2ed0fc5c44373dd36541c6b2d21b','695101bf78506fab804891026acba8ae7bfbf16751b6501ae882ad59f7d16c7d');
INSERT INTO "event" VALUES(4,1,'2026-11-24 10:06:33.595828','document.received','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',NULL,'{"format": "pdf", "pages": 1, "duplicate": false, "record": "01a20d05-7e7d-7611-bc88-da02cead1141"}','695101bf78506fab804891026acba8ae7bfbf16751b6501ae882ad59f7d16c7d','5e6619c821b087095e56ad42c09bb17f79a2f552e40266f19288450dd0d2ea6f');
INSERT INTO "event" VALUES(5,1,'2026-11-24 10:06:33.613308','stage.deliver','release','document','01a20d05-7e6a-71bb-be12-a999208db221','540b7b936ec190373e567f6a25a9e8b50fbb0bd8f53945383d13f97b9e6c3cd2','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','{"key": "4c47d7dfedb09ed4d2121830b9d76ae850e0fa398031fb4c8afc3c0a1987907c", "fence": 1}','5e6619c821b087095e56ad42c09bb17f79a2f552e40266f19288450dd0d2ea6f','f1e72c0eeeb9b985138977c50166604f4eb3683a55584a653faed664c4ba284b');
INSERT INTO "event" VALUES(6,1,'2026-11-24 10:06:33.737037','stage.prepare','release','document','01a20d05-7e6a-71bb-be12-a999208db221','540b7b936ec190373e567f6a25a9e8b50fbb0bd8f53945383d13f97b9e6c3cd2','b15eac31b531d41ff179ff748412a61f1471a9b00b718454e2922b2efebb12fb','{"key": "0f4d4f2cacaecae34ba51777b443d24cfe14769c556969794f80993f463964b1", "fence": 1}','f1e72c0eeeb9b985138977c50166604f4eb3683a55584a653faed664c4ba284b','ac651b31f5cf63651cb988737ced10c7d4fc0eedc0b6349329c8aa20ce310383');
INSERT INTO "event" VALUES(7,1,'2026-11-24 10:06:34.853038','stage.recognize','release','document','01a20d05-7e6a-71bb-be12-a999208db221','4e5850f8b30be17f18ff4a56c1a3c294cab00e0189c9014c59a8fca71e9f33de','1a94ba11233c821e59d8587db4b094aa196d348fedb9ad962db13db58ce7301f','{"key": "4d3c48ccc65092ee6b63c1f6eb2a30a6c430a0a0994498af183d3e5ff422df9c", "fence": 1}','ac651b31f5cf63651cb988737ced10c7d4fc0eedc0b6349329c8aa20ce310383','5af5db003ffdb1ae04b00345b179ff6a061663885aad49f3c8bd48f2e63bdc31');
INSERT INTO "event" VALUES(8,1,'2026-11-24 10:06:34.865422','object.stored.original','release','document','01a20d05-7e6a-71bb-be12-a999208db221',NULL,'12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','{"size": 57243, "version": 1}','5af5db003ffdb1ae04b00345b179ff6a061663885aad49f3c8bd48f2e63bdc31','d5a44174d944adcdb7664cf144c6845a70427fd3377568771477b08c8b782673');
INSERT INTO "event" VALUES(9,1,'2026-11-24 10:06:34.946545','stage.assemble','release','document','01a20d05-7e6a-71bb-be12-a999208db221','13e0adfaa3af55a66a3cfe0d2d68954270db0af7b509da494517cfdbdfd60c8e','bc41b3eb68cd5d47c1eaf8dbb9883a9325661f3415a6d3ca16ba04623627628c','{"key": "41eea05d3dcba78fa4bd4bd4234656d181790223da3ed5e8520998876bbe7feb", "fence": 1}','d5a44174d944adcdb7664cf144c6845a70427fd3377568771477b08c8b782673','92f155d138570cdab55a265df35dcaec7ba89dc3c59b4e25fde193775f513ffe');
INSERT INTO "event" VALUES(10,1,'2026-11-24 10:06:34.974454','stage.extract','release','document','01a20d05-7e6a-71bb-be12-a999208db221','1cd7ea56e21e92f83172bfdb0b64c7e5796f11068e96303f2f1279aa4d7b1837','ace77b16072ffa4d8cf95de6a0ca27679778cd67860b10aa6432138e08838011','{"key": "83e8c87ae5fcf06211927efb312b56c5b1354fe521b936a95e90ffe0e2f07edb", "fence": 1}','92f155d138570cdab55a265df35dcaec7ba89dc3c59b4e25fde193775f513ffe','e5d9415661bfdd443054d1cc3c123c6ca7c3fc5af4b638fd5c46905d7e7769fd');
INSERT INTO "event" VALUES(11,1,'2026-11-24 10:06:34.980345','document.waiting_review','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',NULL,'{"before": "in_work", "reason": null}','e5d9415661bfdd443054d1cc3c123c6ca7c3fc5af4b638fd5c46905d7e7769fd','961c6cfb97073664349877e03d1b21d809bcd191893930c686068a6f4e64955e');
INSERT INTO "event" VALUES(12,1,'2026-11-24 10:06:34.988683','stage.deliver','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','adf3eef38987d4757cdfcc3b4b92c4f1c813da6ac3ac917a67b193edb21e2913','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','{"key": "89667e16084815c1b6f6bd8e00ffc3957e38c1c404335afb856f3aa4ca3706d3", "fence": 1}','961c6cfb97073664349877e03d1b21d809bcd191893930c686068a6f4e64955e','f6e5d3adb8b605255ecce98da11f95babbf2337e393c2be994517d78e1c62a67');
INSERT INTO "event" VALUES(13,1,'2026-11-24 10:06:35.040938','stage.prepare','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','adf3eef38987d4757cdfcc3b4b92c4f1c813da6ac3ac917a67b193edb21e2913','2db8e18dcfb2ab184fb7866b96943996729fc295cb6672273276338c83a1b910','{"key": "326f7e11ce9d2edff94b391dfc849d61da40441a78725c30ac05640349f2f58e", "fence": 1}','f6e5d3adb8b605255ecce98da11f95babbf2337e393c2be994517d78e1c62a67','042ac177b55e8ef9b3a1556086048332907fa5db0f9227f0e182aa6b4f7bc608');
INSERT INTO "event" VALUES(14,1,'2026-11-24 10:06:35.714025','stage.recognize','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','85bc10f2e9d7c46658b0faa6ec6db9f9c03211bad1757cb6def34543c220cd7d','73581ff0adab94f2781b10e86332ad67d8a625f80bd4e85f0416a54412b0b835','{"key": "6304730a1c5e6c089fa8213c3f2cc813c0371f878781277a146bf28b7ddea395", "fence": 1}','042ac177b55e8ef9b3a1556086048332907fa5db0f9227f0e182aa6b4f7bc608','254f45e95694123d56e4030faa44251859d1f4575306555f8749af0c7306c334');
INSERT INTO "event" VALUES(15,1,'2026-11-24 10:06:35.723861','object.stored.original','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48',NULL,'47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','{"size": 39968, "version": 1}','254f45e95694123d56e4030faa44251859d1f4575306555f8749af0c7306c334','468ce1dfb0ff089ddbb4aa24bd4e5bc441734305129bcd951beb49f66f38abff');
INSERT INTO "event" VALUES(16,1,'2026-11-24 10:06:35.941817','stage.assemble','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','9a12ae723e69eab208333a9b91012fa37a5085543fe58d4b524123ee3d589cda','434ae5e969001b16189cb6a5d173a7c09a55e14a1575085b33138e5ec5f62c44','{"key": "b6e86e05ea7ed76a49aeee5c09bd4d88cd2413638ee5023388c3536443a1709f", "fence": 1}','468ce1dfb0ff089ddbb4aa24bd4e5bc441734305129bcd951beb49f66f38abff','4a5ba5abdc75dc49a6d6f959749fee51a32c238b251275aced6f5dddda73f3ea');
INSERT INTO "event" VALUES(17,1,'2026-11-24 10:06:35.964625','stage.extract','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','41ed2b2a97031cc50ab9940443e01dce291852eb209efb54e14010748a0ed22a','40fb19656c084c23b3299d19ebe364fe93cde984950e8bb7acae791d84fb7a66','{"key": "5952f927ba22754762c69d09f5a0562ae3171b914e6fea8d45a96a6df64f20e2", "fence": 1}','4a5ba5abdc75dc49a6d6f959749fee51a32c238b251275aced6f5dddda73f3ea','f5946d859f6a4a7330f4ddfc72c00012c47f9ebbbc6e8e708330d1709e17cc27');
INSERT INTO "event" VALUES(18,1,'2026-11-24 10:06:35.968314','document.waiting_review','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',NULL,'{"before": "in_work", "reason": null}','f5946d859f6a4a7330f4ddfc72c00012c47f9ebbbc6e8e708330d1709e17cc27','4b6f1c0224c8a45f72080bdd04ff837f74d58687c6683bd27672db52f2837206');
INSERT INTO "event" VALUES(19,1,'2026-11-24 10:06:36.058578','review.accepted','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48',NULL,NULL,'{"task": "01a20d05-87c7-79da-8471-1af0de2010ff", "field": "subject", "reason": "spelling"}','4b6f1c0224c8a45f72080bdd04ff837f74d58687c6683bd27672db52f2837206','3ab9dcc50872fb2d0796f4737976126a1ed143af7cd15a2d3ec823b3b7d0ad25');
INSERT INTO "event" VALUES(20,1,'2026-11-24 10:06:36.060504','document.in_work','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',NULL,'{"before": "waiting_review", "reason": null}','3ab9dcc50872fb2d0796f4737976126a1ed143af7cd15a2d3ec823b3b7d0ad25','e4dc38c647673f52d86a0e4cf4b5407c5b2cf048d3a5b3bf173940faf312d3a3');
INSERT INTO "event" VALUES(21,1,'2026-11-24 10:06:36.065521','review.accepted','release','document','01a20d05-7e6a-71bb-be12-a999208db221',NULL,NULL,'{"task": "01a20d05-83eb-75c3-ac67-b4d540324f4e", "field": "subject", "reason": "unsure"}','e4dc38c647673f52d86a0e4cf4b5407c5b2cf048d3a5b3bf173940faf312d3a3','14c0609c1e6aacf738579b5c6438f7d32a460970b19c3736be1e96453d2e5fb8');
INSERT INTO "event" VALUES(22,1,'2026-11-24 10:06:36.069003','review.set','release','document','01a20d05-7e6a-71bb-be12-a999208db221',NULL,NULL,'{"task": "01a20d05-83ea-799c-a27a-b74dec9e3e59", "field": "signer_name", "reason": "missing"}','14c0609c1e6aacf738579b5c6438f7d32a460970b19c3736be1e96453d2e5fb8','48aabe2ea74b99fa62645e91470e5d0eb2ac8d7ceaaa56ceb2fe0f44fd04f017');
INSERT INTO "event" VALUES(23,1,'2026-11-24 10:06:36.069952','document.in_work','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',NULL,'{"before": "waiting_review", "reason": null}','48aabe2ea74b99fa62645e91470e5d0eb2ac8d7ceaaa56ceb2fe0f44fd04f017','dd624b6455e7759d42122bab4c489e913066838bc6636296efb81669e2f27fe4');
INSERT INTO "event" VALUES(24,1,'2026-11-24 10:06:36.087317','document.waiting_release','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',NULL,'{"before": "in_work", "reason": null}','dd624b6455e7759d42122bab4c489e913066838bc6636296efb81669e2f27fe4','fe03ce99ac28c3365a713597cb688f82b5de39b0f11886edbd0a151bbc806f4f');
INSERT INTO "event" VALUES(25,1,'2026-11-24 10:06:36.102794','document.waiting_release','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',NULL,'{"before": "in_work", "reason": null}','fe03ce99ac28c3365a713597cb688f82b5de39b0f11886edbd0a151bbc806f4f','5a07fa3d16b6f0a77e69708afc2a6c1f3b88b8a12188ae2106192fa926451567');
INSERT INTO "event" VALUES(26,1,'2026-11-24 10:06:36.112031','batch.approved','release','batch','01a20d05-7e6e-71d9-9917-30db570e5930','d2e9052e09c5be8470ee66d7c6f284aa286e1adfed89968c6975fe606c586c1c',NULL,'{"sample": 1, "errors": 0, "test": true}','5a07fa3d16b6f0a77e69708afc2a6c1f3b88b8a12188ae2106192fa926451567','345e069cacc1ca0072ea7315968754420f1bf5bb1d4a2d3d22063d7b1577b0fe');
INSERT INTO "event" VALUES(27,1,'2026-11-24 10:06:36.116326','batch.approved','release','batch','01a20d05-7e7c-72e8-8f61-9711039880de','345caf36aaa24b42207ef2317b25c6a8771b6082d0a13346b8660abe339cbacf',NULL,'{"sample": 1, "errors": 0, "test": true}','345e069cacc1ca0072ea7315968754420f1bf5bb1d4a2d3d22063d7b1577b0fe','90106da0e7189d22d3b58cef6129862f359a5a27fd1e74e8b39e0e785a5f4910');
INSERT INTO "event" VALUES(28,1,'2026-11-24 10:06:36.231243','document.sealed','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','d4ad4bb5d092ebac9ccaae830e2c6cc940add3f0231ad893733ff6355318d7c6','{"before": "waiting_release", "reason": null}','90106da0e7189d22d3b58cef6129862f359a5a27fd1e74e8b39e0e785a5f4910','7a79d8c6bd36865683f81035ac5a4dd018383eb2e8695a90220fe208d99f0301');
INSERT INTO "event" VALUES(29,1,'2026-11-24 10:06:36.238019','object.stored.archival','release','document','01a20d05-7e6a-71bb-be12-a999208db221',NULL,'d4ad4bb5d092ebac9ccaae830e2c6cc940add3f0231ad893733ff6355318d7c6','{"size": 97983, "version": 1}','7a79d8c6bd36865683f81035ac5a4dd018383eb2e8695a90220fe208d99f0301','65483309fbca52dc44b5b68ee1f2c2c9156c0a9db6fde92f14840f137f9ece13');
INSERT INTO "event" VALUES(30,1,'2026-11-24 10:06:36.240193','document.archived','release','document','01a20d05-7e6a-71bb-be12-a999208db221','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','d4ad4bb5d092ebac9ccaae830e2c6cc940add3f0231ad893733ff6355318d7c6','{"before": "sealed", "reason": null}','65483309fbca52dc44b5b68ee1f2c2c9156c0a9db6fde92f14840f137f9ece13','7610d85e7f020398d94b58734cc3abe08ff75dc8dd0bcd530b1bbd7647d2de1f');
INSERT INTO "event" VALUES(31,1,'2026-11-24 10:06:36.243296','record.digitized','release','record','01a20d05-7e72-76bf-93fb-b8442671ed67',NULL,NULL,'{"documents": 1}','7610d85e7f020398d94b58734cc3abe08ff75dc8dd0bcd530b1bbd7647d2de1f','cc2bef9886c6cd9193a7d8a56fca6d9ae2bb88f2149e4147dc9cf563c64d5ba0');
INSERT INTO "event" VALUES(32,1,'2026-11-24 10:06:36.411780','document.sealed','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','1d9fa297afdfef9d86ad0749099c4686ae9b89adf7b1c01e8ede3a9b1d725d22','{"before": "waiting_release", "reason": null}','cc2bef9886c6cd9193a7d8a56fca6d9ae2bb88f2149e4147dc9cf563c64d5ba0','6cc076cb93c2e83ab4367e896fa2c146dfd7e75dfe0fcce36e56517a6f70ed57');
INSERT INTO "event" VALUES(33,1,'2026-11-24 10:06:36.417251','object.stored.archival','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48',NULL,'1d9fa297afdfef9d86ad0749099c4686ae9b89adf7b1c01e8ede3a9b1d725d22','{"size": 79862, "version": 1}','6cc076cb93c2e83ab4367e896fa2c146dfd7e75dfe0fcce36e56517a6f70ed57','3d1138932b4614f007c34a53333ad37b0200763f3cada162970f758e4c524539');
INSERT INTO "event" VALUES(34,1,'2026-11-24 10:06:36.419357','document.archived','release','document','01a20d05-7e7a-7b8c-b95f-a2ae985f9b48','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','1d9fa297afdfef9d86ad0749099c4686ae9b89adf7b1c01e8ede3a9b1d725d22','{"before": "sealed", "reason": null}','3d1138932b4614f007c34a53333ad37b0200763f3cada162970f758e4c524539','69c3dbbd8bc846e6df06a75469975e56e04501f45ad7612ac472c2d22d32b920');
INSERT INTO "event" VALUES(35,1,'2026-11-24 10:06:36.421240','record.digitized','release','record','01a20d05-7e7d-7611-bc88-da02cead1141',NULL,NULL,'{"documents": 1}','69c3dbbd8bc846e6df06a75469975e56e04501f45ad7612ac472c2d22d32b920','6f3ddb8724ab05696841c24ec9d8f58a9f34acf5d1c15b7173d9a894e24588d0');
INSERT INTO "event" VALUES(36,1,'2026-11-24 10:06:36.480771','progress.snapshot','release','progress_snapshot','01a20d05-89c0-702f-bbaa-096ab4fc0d7c',NULL,'a75c7c2e32c626341be75032f21b1f85f57f373cd2e0a6ea67a7b9e4105dc3ba','{"as_of": "2026-11-24"}','6f3ddb8724ab05696841c24ec9d8f58a9f34acf5d1c15b7173d9a894e24588d0','aeffad3af09551b2d02111342078ba28f831b00fa0567f7feb1043ddb24ecefd');
CREATE TABLE field_value (
	id CHAR(32) NOT NULL, 
	version_id CHAR(32) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	value VARCHAR, 
	confidence DOUBLE NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	status VARCHAR(64) NOT NULL, 
	reason_code VARCHAR(64), 
	page INTEGER, 
	"left" DOUBLE, 
	top DOUBLE, 
	"right" DOUBLE, 
	bottom DOUBLE, 
	actor VARCHAR, 
	recorded_at DATETIME NOT NULL, 
	CONSTRAINT pk_field_value PRIMARY KEY (id), 
	CONSTRAINT fk_field_value_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id)
);
INSERT INTO "field_value" VALUES('01a20d0583dd707fab41ca61ea3d26e8','01a20d057e767e29a7fa5a195b792db0','issuer','ỦY BAN NHÂN DÂN TỈNH MẪU AN',0.97,'ocr','accepted',NULL,1,515.52,228.0,1002.47,340.45,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583de75c8ba55adea9992062c','01a20d057e767e29a7fa5a195b792db0','code','392/QĐ-UBND',0.97,'ocr','accepted',NULL,1,627.6,415.9,969.6,461.9,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583df7eba8c9ecb51d0525d35','01a20d057e767e29a7fa5a195b792db0','number','392',0.97,'ocr','accepted',NULL,1,627.6,415.9,969.6,461.9,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e07667a32418afcf8a2024','01a20d057e767e29a7fa5a195b792db0','symbol','QĐ-UBND',0.97,'ocr','accepted',NULL,1,627.6,415.9,969.6,461.9,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e172769ac925f9fb1e8b5a','01a20d057e767e29a7fa5a195b792db0','place','Mẫu An',0.9811,'ocr','accepted',NULL,1,1323.63,420.91,1506.54,470.44,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e27614962235ceef54bff9','01a20d057e767e29a7fa5a195b792db0','issued_on','2026-03-05',0.988,'ocr','accepted',NULL,1,1524.51,426.11,2101.53,479.18,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e373e7bfdb4a80b6c5cc1b','01a20d057e767e29a7fa5a195b792db0','type_name','QUYẾT ĐỊNH',0.999,'ocr','accepted',NULL,1,1137.24,560.91,1520.1,630.03,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e47dca9328be41f723d24b','01a20d057e767e29a7fa5a195b792db0','subject','Về việc cấp phép sử dụng tạm thời một phần vỉa hè phục vụ tập kết vật liệu xây dựng tại xóm Ví Dụ Hai',0.842,'ocr','review','unsure',1,443.15,633.86,2209.88,774.28,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e57d12b48a80e624e0b7a3','01a20d057e767e29a7fa5a195b792db0','authority','TM. ỦY BAN NHÂN DÂN',0.994,'ocr','accepted',NULL,2,1460.0,515.0,2129.0,569.0,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e671bb965338e5f4da9b0a','01a20d057e767e29a7fa5a195b792db0','signer_title','CHỦ TỊCH',0.96,'ocr','accepted',NULL,2,1651.0,597.0,1940.0,649.0,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e776ba8e109c154b7d14ce','01a20d057e767e29a7fa5a195b792db0','signer_name',NULL,0.0,'ocr','review','missing',2,NULL,NULL,NULL,NULL,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0583e87827bf70e591e4c5ad20','01a20d057e767e29a7fa5a195b792db0','recipients','Như Điều 3; Thường trực Đảng ủy, HĐND (để b/c); Phòng Kinh tế; Lưu: VT, KT',0.3109,'ocr','review','spelling',2,360.0,572.0,1098.0,790.0,NULL,'2026-11-24 10:06:34.972576');
INSERT INTO "field_value" VALUES('01a20d0587bb7126bdcb5f9a59ea68ea','01a20d057e7f7f528aad9ec58b8163e8','parent_issuer','UBND TỈNH MẪU AN',0.97,'ocr','accepted',NULL,1,500.0,238.0,982.0,284.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587bc7280b83e3b3fc3df96d7','01a20d057e7f7f528aad9ec58b8163e8','issuer','SỞ XÂY DỰNG',0.995,'ocr','accepted',NULL,1,570.0,298.0,915.0,352.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587bd77d9b98e79827ec58095','01a20d057e7f7f528aad9ec58b8163e8','code','185/SXD-VP',0.9409,'ocr','accepted',NULL,1,636.0,401.0,936.0,439.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587be7762a5a1494ae30dfe4c','01a20d057e7f7f528aad9ec58b8163e8','number','185',0.9409,'ocr','accepted',NULL,1,636.0,401.0,936.0,439.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587bf790fb6f8d4e223efbd51','01a20d057e7f7f528aad9ec58b8163e8','symbol','SXD-VP',0.9409,'ocr','accepted',NULL,1,636.0,401.0,936.0,439.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c0717d91be9786c0903623','01a20d057e7f7f528aad9ec58b8163e8','place','Mẫu An',0.9811,'ocr','accepted',NULL,1,1315.0,396.0,1498.0,445.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c1731b8eb57aae76155723','01a20d057e7f7f528aad9ec58b8163e8','issued_on','2026-03-10',0.9523,'ocr','accepted',NULL,1,1516.0,398.0,2093.0,449.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c27672a12900984f86b640','01a20d057e7f7f528aad9ec58b8163e8','subject','V/v bố sung thành phần hồ sơ đề nghị cấp giấy phép xây dựng',0.89,'ocr','review','spelling',1,443.0,469.0,1042.0,639.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c37c4d92acf972143848e4','01a20d057e7f7f528aad9ec58b8163e8','signer_title','GIÁM ĐỐC',0.96,'ocr','accepted',NULL,1,1633.0,2033.0,1914.0,2082.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c478509ed155673642ad32','01a20d057e7f7f528aad9ec58b8163e8','signer_name','Hoàng Thị Mô Phỏng',0.9189,'ocr','accepted',NULL,1,1525.0,2391.0,2024.0,2442.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d0587c5740a8f68ffabfa5ee10f','01a20d057e7f7f528aad9ec58b8163e8','recipients','Như trên; Lãnh đạo cơ quan; Bộ phận Một cửa; Lưu: VT, QLXĐ',0.3355,'ocr','review','unsure',1,379.0,2099.0,743.0,2296.0,NULL,'2026-11-24 10:06:35.963082');
INSERT INTO "field_value" VALUES('01a20d05881b77c1be28a59ee8c4513d','01a20d057e7f7f528aad9ec58b8163e8','subject','V/v bố sung thành phần hồ sơ đề nghị cấp giấy phép xây dựng',1.0,'person','accepted',NULL,NULL,NULL,NULL,NULL,NULL,'release','2026-11-24 10:06:36.058518');
INSERT INTO "field_value" VALUES('01a20d0588217f8d893addbf7b8fe73f','01a20d057e767e29a7fa5a195b792db0','subject','Về việc cấp phép sử dụng tạm thời một phần vỉa hè phục vụ tập kết vật liệu xây dựng tại xóm Ví Dụ Hai',1.0,'person','accepted',NULL,NULL,NULL,NULL,NULL,NULL,'release','2026-11-24 10:06:36.065487');
INSERT INTO "field_value" VALUES('01a20d058824774eb47fc4b52b6c0962','01a20d057e767e29a7fa5a195b792db0','signer_name','1',1.0,'person','accepted',NULL,NULL,NULL,NULL,NULL,NULL,'release','2026-11-24 10:06:36.068296');
CREATE TABLE finding (
	id CHAR(32) NOT NULL, 
	document_id CHAR(32) NOT NULL, 
	page INTEGER NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	severity VARCHAR(64) NOT NULL, 
	details JSON, 
	found_at DATETIME NOT NULL, 
	CONSTRAINT pk_finding PRIMARY KEY (id), 
	CONSTRAINT fk_finding_document_id_document FOREIGN KEY(document_id) REFERENCES document (id), 
	CONSTRAINT uq_finding_document_id_page_code UNIQUE (document_id, page, code)
);
INSERT INTO "finding" VALUES('01a20d057f0870ecb4608fca68bc9062','01a20d057e6a71bbbe12a999208db221',1,'not_24_bit_colour','warning','{"measured": 1.0, "at_least": 24}','2026-11-24 10:06:33.733605');
INSERT INTO "finding" VALUES('01a20d057f097bb98c8b5a01730c37af','01a20d057e6a71bbbe12a999208db221',2,'not_24_bit_colour','warning','{"measured": 1.0, "at_least": 24}','2026-11-24 10:06:33.733605');
INSERT INTO "finding" VALUES('01a20d05842071fdabe37d1dbdf4d51a','01a20d057e7a7b8cb95fa2ae985f9b48',1,'not_24_bit_colour','warning','{"measured": 1.0, "at_least": 24}','2026-11-24 10:06:35.039483');
CREATE TABLE identifier (
	id CHAR(32) NOT NULL, 
	subject_type VARCHAR(64) NOT NULL, 
	subject_id CHAR(32) NOT NULL, 
	scheme VARCHAR(64) NOT NULL, 
	raw VARCHAR NOT NULL, 
	normalized VARCHAR NOT NULL, 
	valid_from DATETIME NOT NULL, 
	CONSTRAINT pk_identifier PRIMARY KEY (id), 
	CONSTRAINT uq_identifier_subject_id_scheme_normalized UNIQUE (subject_id, scheme, normalized)
);
INSERT INTO "identifier" VALUES('01a20d057e737b2c9281253a49cbc848','record','01a20d057e7276bf93fbb8442671ed67','ma_ho_so','H41.90-260302-0001','H41.90-260302-0001','2026-11-24 10:06:33.581500');
INSERT INTO "identifier" VALUES('01a20d057e7e768ba0a727f00d38c03f','record','01a20d057e7d7611bc88da02cead1141','ma_ho_so','H41.91-260307-0002','H41.91-260307-0002','2026-11-24 10:06:33.595828');
CREATE TABLE inbox_item (
	id CHAR(32) NOT NULL, 
	path VARCHAR NOT NULL, 
	size BIGINT NOT NULL, 
	modified_ns BIGINT NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	stable_since DATETIME NOT NULL, 
	sha256 VARCHAR(64), 
	document_id CHAR(32), 
	outcome VARCHAR(64) NOT NULL, 
	reason_code VARCHAR(64), 
	reason_details JSON, 
	CONSTRAINT pk_inbox_item PRIMARY KEY (id), 
	CONSTRAINT fk_inbox_item_document_id_document FOREIGN KEY(document_id) REFERENCES document (id), 
	CONSTRAINT uq_inbox_item_path UNIQUE (path)
);
INSERT INTO "inbox_item" VALUES('01a20d057e777a15b5e7899e218f8aad','H41.90/H41.90-260302-0001/quyet-dinh.pdf',57243,1795514793184037228,'2026-11-24 10:06:33.591424','2026-11-24 10:06:33.377624','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6','01a20d057e6a71bbbe12a999208db221','removed',NULL,NULL);
INSERT INTO "inbox_item" VALUES('01a20d057e80745daa6cd0e7f5652400','H41.91/H41.91-260307-0002/cong-van.pdf',39968,1795514793364399328,'2026-11-24 10:06:33.598502','2026-11-24 10:06:33.377327','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba','01a20d057e7a7b8cb95fa2ae985f9b48','removed',NULL,NULL);
CREATE TABLE ledger_birth (
	id INTEGER NOT NULL, 
	environment VARCHAR(64) NOT NULL, 
	born_at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	CONSTRAINT pk_ledger_birth PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_birth_ck_ledger_birth_one_row CHECK (id = 1)
);
INSERT INTO "ledger_birth" VALUES(1,'test','2026-11-24 10:06:33.428583','release');
CREATE TABLE page (
	id CHAR(32) NOT NULL, 
	version_id CHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	width_px INTEGER NOT NULL, 
	height_px INTEGER NOT NULL, 
	dpi DOUBLE NOT NULL, 
	depth_bits INTEGER NOT NULL, 
	channels INTEGER NOT NULL, 
	blur DOUBLE NOT NULL, 
	skew_deg DOUBLE NOT NULL, 
	border_ratio DOUBLE NOT NULL, 
	rotation INTEGER NOT NULL, 
	is_blank BOOLEAN NOT NULL, 
	has_colour BOOLEAN NOT NULL, 
	has_seal BOOLEAN NOT NULL, 
	confidence DOUBLE, 
	engine VARCHAR, 
	text VARCHAR, 
	CONSTRAINT pk_page PRIMARY KEY (id), 
	CONSTRAINT fk_page_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id), 
	CONSTRAINT uq_page_version_id_number UNIQUE (version_id, number)
);
INSERT INTO "page" VALUES('01a20d0583db7b49aea27e2bdb7d48ee','01a20d057e767e29a7fa5a195b792db0',1,2481,3508,300.0,1,1,0.0,0.9,0.0,0,0,0,0,9.59396871945258911118e-01,'tesserocr 2.13.0/5.5.4 vie-79df64caf7bc','ỦY BAN NHÂN DÂN
TỈNH MẪU AN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 392/QĐ-UBND

Mẫu An, ngày 05 tháng 3 năm 2026

QUYẾT ĐỊNH
Về việc cấp phép sử dụng tạm thời một phần vỉa hè phục vụ tập kết vật
liệu xây dựng tại xóm Ví Dụ Hai

ỦY BAN NHÂN DÂN TỈNH MẪU AN

Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;

Căn cứ Luật Đường bộ ngày 37 tháng 6 năm 2024;

Căn cứ Nghị định số 165/2024/NĐ-CP ngày 26 tháng 12 năm 2024 của
Chính phủ quy định chỉ tiết một số điều của Luật Đường bộ;

Xét đơn đề nghị ngày 18 tháng 02 năm 2026 của ông Hoàng Văn Giả Định;

Theo đề nghị của Trưởng phòng Kinh tế tại Tờ trình số 386/TTr-KT ngày 14
tháng 01 năm 2026.

QUYẾT ĐỊNH:
Điều 1. Cho phép ông Hoàng Văn Giả Định, địa chỉ thường trú bản Tưởng
Tượng, xã Minh Họa, tỉnh Mẫu An, được sử dụng tạm thời một phần vỉa hè trước
thửa đất số 184, tờ bản đồ số 12 để tập kết vật liệu phục vụ xây dựng nhà ở riêng
lẻ.

1. Diện tích sử dụng: 14 m2; chiều rộng phần vỉa hè còn lại dành cho người
đi bộ không nhỏ hơn 1,5 m.

2. Thời gian sử dụng: 90 ngày, kể từ ngày ký Quyết định này.

Điều 2. Ông Hoàng Văn Giả Định có trách nhiệm giữ gìn vệ sinh môi
trường, bảo đảm an toàn giao thông, hoàn trả nguyên trạng mặt bằng khi hết thời
hạn và nộp phí theo quy định.

MẪU - tài liệu hư cấu để thử phần mềm, không có giá trị');
INSERT INTO "page" VALUES('01a20d0583dc7e2194818cd87f3790a2','01a20d057e767e29a7fa5a195b792db0',2,2481,3508,300.0,1,1,0.0,0.2,0.0,0,0,0,0,9.47701880877742652842e-01,'tesserocr 2.13.0/5.5.4 vie-79df64caf7bc','Điều 3. Quyết định này có hiệu lực thi hành kể từ ngày ký. Chánh Văn
phòng, Trưởng phòng Kinh tế, thủ trưởng các đơn vị có liên quan và ông Hoàng
Văn Giả Định chịu trách nhiệm thi hành Quyết định này./.

Nơi nhận:
- Như Điều 3;
- Thường trực Đảng ủy, HĐND (để b/c);
- Phòng Kinh tế;
- Lưu: VT, KT.

TM. ỦY BAN NHÂN DÂN

nm

CHU TỊCH

MẪU

Ñ~_-
hạm Xuân Minh Họa

MẪU - tài liệu hư cấu để thử phần mềm, không có giá trị');
INSERT INTO "page" VALUES('01a20d0587ba7190bc005fc1e135acc3','01a20d057e7f7f528aad9ec58b8163e8',1,2481,3508,300.0,1,1,0.0,0.0,0.0,0,0,0,0,9.52797576887232100517e-01,'tesserocr 2.13.0/5.5.4 vie-79df64caf7bc','UBND TỈNH MẪU AN
SỞ XÂY DỰNG

CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Mẫu An, ngày 10 tháng 3 năm 2026

Số: 185 /SXD-VP
V/v bố sung thành phần hồ sơ
đề nghị cấp giấy phép xây
dựng

VĂN PHÒNG HĐND VÀ UBND
CÔNG VĂN ĐEN
Kính gửi: Ngày: -H/3/202é
- Ông Võ Quang Ví Dụ;
- Ủy ban nhân dân xã Ví Dụ.

^ X nẾ

Sở Xây dựng tỉnh Mẫu An nhận được hồ sơ đề nghị cấp giấy phép xây dựng nhà
ở riêng lẻ của ông Võ Quang Ví Dụ, thường trú tại khối Minh Họa 3, xã Ví Dụ, tỉnh
Mẫu An, nộp ngày 20 tháng 02 năm 2026.
Sau khi kiểm tra, đối chiếu với quy định của Luật Xây dựng và quy chế quản lý
kiến trúc, Sở Xây dựng có ý kiến như sau:
1. Bản vẽ mặt bằng móng chưa thể hiện khoảng lùi so với chỉ giới đường đỏ; đề
nghị bố sung và ghi rõ kích thước theo tỷ lệ 1/50 - 1/200.

2. Bản sao giấy chứng nhận quyền sử dụng đất chưa có phần sơ đồ thửa đất; đề
nghị nộp bản quét đầy đủ các trang.
3. Cam kết bảo đảm an toàn đối với công trình liền kề chưa có chữ ký của chủ hộ
giáp ranh phía Đông.
Đề nghị ông Võ Quang Ví Dụ hoàn thiện hồ sơ và nộp lại tại Bộ phận Một cửa
trước ngày 19 tháng 3 năm 2026. Quá thời hạn trên mà không bổ sung, hồ sơ sẽ được trả
lại theo quy định.
Giao Ủy ban nhân dân xã Ví Dụ thông báo, hướng dẫn công dân thực hiện./.

Nơi nhận:
- Như trên;
- Lãnh đạo cơ quan;
- Bộ phận Một cửa;
- Lưu: VT, QLXĐ.

MẪU

GIÁM ĐỐC

Hoàng Thị Mô Phỏng

MẪU - tài liệu hư cấu để thử phần mềm, không có giá trị');
CREATE TABLE progress_snapshot (
	id CHAR(32) NOT NULL, 
	as_of DATE NOT NULL, 
	taken_at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	figures JSON NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_progress_snapshot PRIMARY KEY (id)
);
INSERT INTO "progress_snapshot" VALUES('01a20d0589c0702fbbaa096ab4fc0d7c','2026-11-24','2026-11-24 10:06:36.480771','release','{"schema": 1, "as_of": "2026-11-24", "counted_at": "2026-11-24T10:06:36.477+00:00", "environment": "test", "levels": [{"level": "province", "ended_on": null, "stock": {"records": 2, "digitized": 2, "signed": 2, "stored": 2, "unscanned": 0, "results_expected": 2, "results_digitized": 2, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 50.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: k\u1ebft qu\u1ea3 c\u00f2n hi\u1ec7u l\u1ef1c, 2022", "is_held": true}, "gap_points": 50.0}, "flow": {"records": 2, "digitized": 2, "signed": 2, "stored": 2, "unscanned": 0, "results_expected": 2, "results_digitized": 2, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": 0.0}, "years": [{"year": 2022, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 50.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2023, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 70.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2024, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 90.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2025, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: h\u1ed3 s\u01a1 \u0111\u00e3 gi\u1ea3i quy\u1ebft, 2023-2025", "is_held": false}}, {"year": 2026, "records": 2, "digitized": 2, "signed": 2, "stored": 2, "unscanned": 0, "results_expected": 2, "results_digitized": 2, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": 0.0, "all_solved_target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: h\u1ed3 s\u01a1 \u0111\u00e3 gi\u1ea3i quy\u1ebft, 2023-2025", "is_held": true}}]}, {"level": "district", "ended_on": "2025-06-30", "stock": {"records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": null, "gap_points": null}, "flow": {"records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": null, "gap_points": null}, "years": [{"year": 2022, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 40.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2023, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 60.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2024, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 80.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2025, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: h\u1ed3 s\u01a1 \u0111\u00e3 gi\u1ea3i quy\u1ebft, 2023-2025", "is_held": false}}, {"year": 2026, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": null, "gap_points": null, "all_solved_target": null}]}, {"level": "commune", "ended_on": null, "stock": {"records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 30.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: k\u1ebft qu\u1ea3 c\u00f2n hi\u1ec7u l\u1ef1c, 2022", "is_held": true}, "gap_points": null}, "flow": {"records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null}, "years": [{"year": 2022, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 30.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2023, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 50.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2024, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 70.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": null}, {"year": 2025, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 90.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: h\u1ed3 s\u01a1 \u0111\u00e3 gi\u1ea3i quy\u1ebft, 2023-2025", "is_held": false}}, {"year": 2026, "records": 0, "digitized": 0, "signed": 0, "stored": 0, "unscanned": 0, "results_expected": 0, "results_digitized": 0, "papers_expected": 0, "papers_digitized": 0, "share_percent": null, "results_share_percent": null, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": null, "all_solved_target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: h\u1ed3 s\u01a1 \u0111\u00e3 gi\u1ea3i quy\u1ebft, 2023-2025", "is_held": true}}]}], "agencies": [{"code": "H41.90", "level": "province", "stock": {"records": 1, "digitized": 1, "signed": 1, "stored": 1, "unscanned": 0, "results_expected": 1, "results_digitized": 1, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 50.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: k\u1ebft qu\u1ea3 c\u00f2n hi\u1ec7u l\u1ef1c, 2022", "is_held": true}, "gap_points": 50.0}, "flow": {"records": 1, "digitized": 1, "signed": 1, "stored": 1, "unscanned": 0, "results_expected": 1, "results_digitized": 1, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": 0.0}}, {"code": "H41.91", "level": "province", "stock": {"records": 1, "digitized": 1, "signed": 1, "stored": 1, "unscanned": 0, "results_expected": 1, "results_digitized": 1, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 50.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: k\u1ebft qu\u1ea3 c\u00f2n hi\u1ec7u l\u1ef1c, 2022", "is_held": true}, "gap_points": 50.0}, "flow": {"records": 1, "digitized": 1, "signed": 1, "stored": 1, "unscanned": 0, "results_expected": 1, "results_digitized": 1, "papers_expected": 0, "papers_digitized": 0, "share_percent": 100.0, "results_share_percent": 100.0, "papers_share_percent": null, "target": {"percent": 100.0, "legal_basis": "K\u1ebf ho\u1ea1ch s\u1ed1 h\u00f3a t\u1ec9nh Ngh\u1ec7 An 2021: s\u1ed1 h\u00f3a, k\u00fd s\u1ed1, l\u01b0u tr\u1eef \u0111i\u1ec7n t\u1eed, 2023-2025", "is_held": false}, "gap_points": 0.0}}], "queue": [{"state": "archived", "documents": 2, "by_level": {"province": 2}}], "findings": [{"code": "not_24_bit_colour", "severity": "warning", "documents": 2}], "attention": [], "attention_total": 0, "unregistered": [], "unregistered_total": 0, "register": {"entries": 2, "withdrawn": 0, "missing": 0, "last_import_at": "2026-11-24T10:06:33.554+00:00", "last_import_sha256": "11cc5bae2f07a14cdb42cb2250f5a82dba265569558a858f6336f04d62ad718a"}}','a75c7c2e32c626341be75032f21b1f85f57f373cd2e0a6ea67a7b9e4105dc3ba');
CREATE TABLE record (
	id CHAR(32) NOT NULL, 
	agency_code VARCHAR(64) NOT NULL, 
	code VARCHAR NOT NULL, 
	year INTEGER NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	register_entry_id CHAR(32), 
	next_stt INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	title VARCHAR, 
	maintenance VARCHAR(64), 
	mode VARCHAR(64), 
	language VARCHAR(64), 
	start_date DATE, 
	end_date DATE, 
	keyword VARCHAR, 
	total_documents INTEGER, 
	total_papers INTEGER, 
	total_pages INTEGER, 
	format VARCHAR(64), 
	information_sign VARCHAR, 
	confidence_level VARCHAR(64), 
	paper_file_code VARCHAR, 
	box VARCHAR, 
	shelf VARCHAR, 
	risk_recovery BOOLEAN, 
	risk_recovery_status VARCHAR(64), 
	description VARCHAR, 
	CONSTRAINT pk_record PRIMARY KEY (id), 
	CONSTRAINT fk_record_register_entry_id_register_entry FOREIGN KEY(register_entry_id) REFERENCES register_entry (id), 
	CONSTRAINT fk_record_state_record_state FOREIGN KEY(state) REFERENCES record_state (name), 
	CONSTRAINT uq_record_agency_code_code UNIQUE (agency_code, code)
);
INSERT INTO "record" VALUES('01a20d057e7276bf93fbb8442671ed67','H41.90','H41.90-260302-0001',2026,'digitized','01a20d057e567639b70279c331894ad4',2,'2026-11-24 10:06:33.581500',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "record" VALUES('01a20d057e7d7611bc88da02cead1141','H41.91','H41.91-260307-0002',2026,'digitized','01a20d057e577a2393a956015556eb7b',2,'2026-11-24 10:06:33.595828',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE record_state (
	name VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_record_state PRIMARY KEY (name)
);
INSERT INTO "record_state" VALUES('open');
INSERT INTO "record_state" VALUES('digitized');
INSERT INTO "record_state" VALUES('superseded');
CREATE TABLE record_transition (
	"before" VARCHAR(64) NOT NULL, 
	"after" VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_record_transition PRIMARY KEY ("before", "after"), 
	CONSTRAINT fk_record_transition_after_record_state FOREIGN KEY("after") REFERENCES record_state (name), 
	CONSTRAINT fk_record_transition_before_record_state FOREIGN KEY("before") REFERENCES record_state (name)
);
INSERT INTO "record_transition" VALUES('open','digitized');
INSERT INTO "record_transition" VALUES('open','superseded');
INSERT INTO "record_transition" VALUES('digitized','open');
INSERT INTO "record_transition" VALUES('digitized','superseded');
CREATE TABLE register_entry (
	id CHAR(32) NOT NULL, 
	agency_code VARCHAR(64) NOT NULL, 
	record_code VARCHAR NOT NULL, 
	procedure_code VARCHAR, 
	procedure_name VARCHAR, 
	symbol VARCHAR, 
	issued_on DATE, 
	subject VARCHAR, 
	resolved_on DATE, 
	in_force_until DATE, 
	expected_results INTEGER NOT NULL, 
	expected_papers INTEGER NOT NULL, 
	expected_pages INTEGER, 
	first_import_id CHAR(32) NOT NULL, 
	last_import_id CHAR(32) NOT NULL, 
	source_row INTEGER NOT NULL, 
	row_sha256 VARCHAR(64) NOT NULL, 
	missing_since_id CHAR(32), 
	withdrawn_at DATETIME, 
	withdrawn_by VARCHAR, 
	withdrawn_reason VARCHAR, 
	CONSTRAINT pk_register_entry PRIMARY KEY (id), 
	CONSTRAINT fk_register_entry_first_import_id_register_import FOREIGN KEY(first_import_id) REFERENCES register_import (id), 
	CONSTRAINT fk_register_entry_last_import_id_register_import FOREIGN KEY(last_import_id) REFERENCES register_import (id), 
	CONSTRAINT fk_register_entry_missing_since_id_register_import FOREIGN KEY(missing_since_id) REFERENCES register_import (id), 
	CONSTRAINT uq_register_entry_agency_code_record_code UNIQUE (agency_code, record_code)
);
INSERT INTO "register_entry" VALUES('01a20d057e567639b70279c331894ad4','H41.90','H41.90-260302-0001','9.000001','Hồ sơ thử','392/QĐ-UBND','2026-03-05','Về việc cấp phép sử dụng tạm thời một phần vỉa hè phục vụ tập kết vật liệu xây dựng tại xóm Ví Dụ Hai','2026-03-05',NULL,1,0,2,'01a20d057e5f7dddb54d75803f23193c','01a20d057e5f7dddb54d75803f23193c',2,'ee76ae81361563c1e891e2c76cb31078a00fd7e19999ef670c93f20ff715c948',NULL,NULL,NULL,NULL);
INSERT INTO "register_entry" VALUES('01a20d057e577a2393a956015556eb7b','H41.91','H41.91-260307-0002','9.000001','Hồ sơ thử','185/SXD-VP','2026-03-10','V/v bổ sung thành phần hồ sơ đề nghị cấp giấy phép xây dựng','2026-03-10',NULL,1,0,1,'01a20d057e5f7dddb54d75803f23193c','01a20d057e5f7dddb54d75803f23193c',3,'92fdfbf6af9129175bcf5dd66db58c21ef56ce4b97724d0cb8be2486c113f7c8',NULL,NULL,NULL,NULL);
CREATE TABLE register_entry_history (
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	replaced_by_id CHAR(32) NOT NULL, 
	"values" JSON NOT NULL, 
	CONSTRAINT pk_register_entry_history PRIMARY KEY (id), 
	CONSTRAINT fk_register_entry_history_entry_id_register_entry FOREIGN KEY(entry_id) REFERENCES register_entry (id), 
	CONSTRAINT fk_register_entry_history_replaced_by_id_register_import FOREIGN KEY(replaced_by_id) REFERENCES register_import (id)
);
CREATE TABLE register_import (
	id CHAR(32) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	scope VARCHAR NOT NULL, 
	imported_at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	rows INTEGER NOT NULL, 
	added INTEGER NOT NULL, 
	changed INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	missing INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	CONSTRAINT pk_register_import PRIMARY KEY (id)
);
INSERT INTO "register_import" VALUES('01a20d057e5f7dddb54d75803f23193c','11cc5bae2f07a14cdb42cb2250f5a82dba265569558a858f6336f04d62ad718a','H41.90,H41.91','2026-11-24 10:06:33.554130','release',2,2,0,0,0,0);
CREATE TABLE release (
	id CHAR(32) NOT NULL, 
	batch_id CHAR(32) NOT NULL, 
	decision VARCHAR(64) NOT NULL, 
	actor VARCHAR NOT NULL, 
	decided_at DATETIME NOT NULL, 
	is_test BOOLEAN NOT NULL, 
	sample JSON NOT NULL, 
	CONSTRAINT pk_release PRIMARY KEY (id), 
	CONSTRAINT fk_release_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id)
);
INSERT INTO "release" VALUES('01a20d0588527524aca7c2d2b6a25f4b','01a20d057e6e71d9991730db570e5930','approved','release','2026-11-24 10:06:36.112031',1,'{"documents": ["01a20d05-7e6a-71bb-be12-a999208db221"], "errors": 0}');
INSERT INTO "release" VALUES('01a20d0588557161b4fecc30ffa606ba','01a20d057e7c72e88f619711039880de','approved','release','2026-11-24 10:06:36.116326',1,'{"documents": ["01a20d05-7e7a-7b8c-b95f-a2ae985f9b48"], "errors": 0}');
CREATE TABLE review_task (
	id CHAR(32) NOT NULL, 
	document_id CHAR(32) NOT NULL, 
	field_name VARCHAR(64), 
	reason_code VARCHAR(64) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	actor VARCHAR, 
	decision VARCHAR(64), 
	CONSTRAINT pk_review_task PRIMARY KEY (id), 
	CONSTRAINT fk_review_task_document_id_document FOREIGN KEY(document_id) REFERENCES document (id)
);
INSERT INTO "review_task" VALUES('01a20d0583ea799ca27ab74dec9e3e59','01a20d057e6a71bbbe12a999208db221','signer_name','missing','2026-11-24 10:06:34.978515','2026-11-24 10:06:36.069003','release','set');
INSERT INTO "review_task" VALUES('01a20d0583eb75c3ac67b4d540324f4e','01a20d057e6a71bbbe12a999208db221','subject','unsure','2026-11-24 10:06:34.979140','2026-11-24 10:06:36.065521','release','accepted');
INSERT INTO "review_task" VALUES('01a20d0587c779da84711af0de2010ff','01a20d057e7a7b8cb95fa2ae985f9b48','subject','spelling','2026-11-24 10:06:35.967411','2026-11-24 10:06:36.058578','release','accepted');
CREATE TABLE signature (
	id CHAR(32) NOT NULL, 
	version_id CHAR(32) NOT NULL, 
	role VARCHAR(64) NOT NULL, 
	field VARCHAR NOT NULL, 
	signer VARCHAR NOT NULL, 
	certificate_sha256 VARCHAR(64) NOT NULL, 
	level VARCHAR(64) NOT NULL, 
	signed_at DATETIME, 
	timestamp_at DATETIME, 
	verdict VARCHAR(64) NOT NULL, 
	is_trusted BOOLEAN NOT NULL, 
	is_test BOOLEAN NOT NULL, 
	checked_at DATETIME NOT NULL, 
	CONSTRAINT pk_signature PRIMARY KEY (id), 
	CONSTRAINT fk_signature_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id), 
	CONSTRAINT uq_signature_version_id_field UNIQUE (version_id, field)
);
INSERT INTO "signature" VALUES('01a20d0588c773958b74c2e68d7c3a88','01a20d057e767e29a7fa5a195b792db0','agency','AgencySeal','TEST Ủy ban nhân dân tỉnh Mẫu An','d91baa3a5e0baa0afd5b847d1357bdbd87806a9cc11c3dc3d4554f30d0827049','B-T','2026-11-24 10:06:36.000000','2026-11-24 10:06:36.000000','valid',1,1,'2026-11-24 10:06:36.230795');
INSERT INTO "signature" VALUES('01a20d05897c79ce86b42cd64e02815c','01a20d057e7f7f528aad9ec58b8163e8','agency','AgencySeal','TEST Sở Xây dựng tỉnh Mẫu An','4ce756a8dd457711af04e36e071be3a4aaefb86962e6178dd6318322b04a4ace','B-T','2026-11-24 10:06:36.000000','2026-11-24 10:06:36.000000','valid',1,1,'2026-11-24 10:06:36.411448');
CREATE TABLE stage_run (
	id CHAR(32) NOT NULL, 
	version_id CHAR(32) NOT NULL, 
	stage VARCHAR(64) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	input_sha256 VARCHAR(64) NOT NULL, 
	stage_version VARCHAR NOT NULL, 
	settings_sha256 VARCHAR(64) NOT NULL, 
	output_sha256 VARCHAR(64) NOT NULL, 
	fence INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME NOT NULL, 
	cpu_s DOUBLE NOT NULL, 
	CONSTRAINT pk_stage_run PRIMARY KEY (id), 
	CONSTRAINT fk_stage_run_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id), 
	CONSTRAINT uq_stage_run_version_id_stage_key UNIQUE (version_id, stage, "key")
);
INSERT INTO "stage_run" VALUES('01a20d057e8d7daba31d95fc8901b8da','01a20d057e767e29a7fa5a195b792db0','deliver','4c47d7dfedb09ed4d2121830b9d76ae850e0fa398031fb4c8afc3c0a1987907c','540b7b936ec190373e567f6a25a9e8b50fbb0bd8f53945383d13f97b9e6c3cd2','1','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',1,'2026-11-24 10:06:33.609121','2026-11-24 10:06:33.613308',2.48819700000013632745e-03);
INSERT INTO "stage_run" VALUES('01a20d057f0a78fab6aaec90152669c1','01a20d057e767e29a7fa5a195b792db0','prepare','0f4d4f2cacaecae34ba51777b443d24cfe14769c556969794f80993f463964b1','540b7b936ec190373e567f6a25a9e8b50fbb0bd8f53945383d13f97b9e6c3cd2','1','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','b15eac31b531d41ff179ff748412a61f1471a9b00b718454e2922b2efebb12fb',1,'2026-11-24 10:06:33.615373','2026-11-24 10:06:33.737037',1.01389722000000181978e-01);
INSERT INTO "stage_run" VALUES('01a20d0583657c1d87cc51f59a6d50ae','01a20d057e767e29a7fa5a195b792db0','recognize','4d3c48ccc65092ee6b63c1f6eb2a30a6c430a0a0994498af183d3e5ff422df9c','4e5850f8b30be17f18ff4a56c1a3c294cab00e0189c9014c59a8fca71e9f33de','4','6ece7f4a3cb117b7adfee758ca67e5b8beee5b23f98b0f07ea23df6876cbaf96','1a94ba11233c821e59d8587db4b094aa196d348fedb9ad962db13db58ce7301f',1,'2026-11-24 10:06:33.747297','2026-11-24 10:06:34.853038',1.05926353500000014484e+00);
INSERT INTO "stage_run" VALUES('01a20d0583c27abf83865d18eda8ac6d','01a20d057e767e29a7fa5a195b792db0','assemble','41eea05d3dcba78fa4bd4bd4234656d181790223da3ed5e8520998876bbe7feb','13e0adfaa3af55a66a3cfe0d2d68954270db0af7b509da494517cfdbdfd60c8e','1','8e8d643155307f5a8f0a8d884279d8bad419ebc585aa105f73713ff9820f4c14','bc41b3eb68cd5d47c1eaf8dbb9883a9325661f3415a6d3ca16ba04623627628c',1,'2026-11-24 10:06:34.868460','2026-11-24 10:06:34.946545',7.72596289999998298014e-02);
INSERT INTO "stage_run" VALUES('01a20d0583e97977a4b6716347a51533','01a20d057e767e29a7fa5a195b792db0','extract','83e8c87ae5fcf06211927efb312b56c5b1354fe521b936a95e90ffe0e2f07edb','1cd7ea56e21e92f83172bfdb0b64c7e5796f11068e96303f2f1279aa4d7b1837','2','ce42a914150e8dd310b0ad65240909e397f5e33424b254e7c8b22eeb76dfce3e','ace77b16072ffa4d8cf95de6a0ca27679778cd67860b10aa6432138e08838011',1,'2026-11-24 10:06:34.948395','2026-11-24 10:06:34.974454',2.51991199999999082592e-02);
INSERT INTO "stage_run" VALUES('01a20d0583ec70b7b72779208a427551','01a20d057e7f7f528aad9ec58b8163e8','deliver','89667e16084815c1b6f6bd8e00ffc3957e38c1c404335afb856f3aa4ca3706d3','adf3eef38987d4757cdfcc3b4b92c4f1c813da6ac3ac917a67b193edb21e2913','1','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',1,'2026-11-24 10:06:34.985959','2026-11-24 10:06:34.988683',1.74011100000015517252e-03);
INSERT INTO "stage_run" VALUES('01a20d0584217abb9fd419a77f35d175','01a20d057e7f7f528aad9ec58b8163e8','prepare','326f7e11ce9d2edff94b391dfc849d61da40441a78725c30ac05640349f2f58e','adf3eef38987d4757cdfcc3b4b92c4f1c813da6ac3ac917a67b193edb21e2913','1','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','2db8e18dcfb2ab184fb7866b96943996729fc295cb6672273276338c83a1b910',1,'2026-11-24 10:06:34.990100','2026-11-24 10:06:35.040938',4.44952949999999347596e-02);
INSERT INTO "stage_run" VALUES('01a20d0586c27e0fb8aec75f726b967e','01a20d057e7f7f528aad9ec58b8163e8','recognize','6304730a1c5e6c089fa8213c3f2cc813c0371f878781277a146bf28b7ddea395','85bc10f2e9d7c46658b0faa6ec6db9f9c03211bad1757cb6def34543c220cd7d','4','6ece7f4a3cb117b7adfee758ca67e5b8beee5b23f98b0f07ea23df6876cbaf96','73581ff0adab94f2781b10e86332ad67d8a625f80bd4e85f0416a54412b0b835',1,'2026-11-24 10:06:35.043203','2026-11-24 10:06:35.714025',0.644866033);
INSERT INTO "stage_run" VALUES('01a20d0587a67c10b37c37b15e71e4a8','01a20d057e7f7f528aad9ec58b8163e8','assemble','b6e86e05ea7ed76a49aeee5c09bd4d88cd2413638ee5023388c3536443a1709f','9a12ae723e69eab208333a9b91012fa37a5085543fe58d4b524123ee3d589cda','1','8e8d643155307f5a8f0a8d884279d8bad419ebc585aa105f73713ff9820f4c14','434ae5e969001b16189cb6a5d173a7c09a55e14a1575085b33138e5ec5f62c44',1,'2026-11-24 10:06:35.726126','2026-11-24 10:06:35.941817',2.09325347000000050456e-01);
INSERT INTO "stage_run" VALUES('01a20d0587c6798e8c4d12b96a4af965','01a20d057e7f7f528aad9ec58b8163e8','extract','5952f927ba22754762c69d09f5a0562ae3171b914e6fea8d45a96a6df64f20e2','41ed2b2a97031cc50ab9940443e01dce291852eb209efb54e14010748a0ed22a','2','ce42a914150e8dd310b0ad65240909e397f5e33424b254e7c8b22eeb76dfce3e','40fb19656c084c23b3299d19ebe364fe93cde984950e8bb7acae791d84fb7a66',1,'2026-11-24 10:06:35.943916','2026-11-24 10:06:35.964625',1.98400119999999624553e-02);
CREATE TABLE stored_object (
	id CHAR(32) NOT NULL, 
	version_id CHAR(32) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	"key" VARCHAR NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	store VARCHAR NOT NULL, 
	store_version_id VARCHAR, 
	retention_until DATETIME, 
	replica_of_id CHAR(32), 
	stored_at DATETIME NOT NULL, 
	checked_at DATETIME NOT NULL, 
	check_ok BOOLEAN NOT NULL, 
	CONSTRAINT pk_stored_object PRIMARY KEY (id), 
	CONSTRAINT fk_stored_object_replica_of_id_stored_object FOREIGN KEY(replica_of_id) REFERENCES stored_object (id), 
	CONSTRAINT fk_stored_object_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id), 
	CONSTRAINT uq_stored_object_key UNIQUE ("key")
);
INSERT INTO "stored_object" VALUES('01a20d05837270e79d60b3245c7d7520','01a20d057e767e29a7fa5a195b792db0','original','test/H41.90/2026/01a20d05-7e72-76bf-93fb-b8442671ed67/v1/H41.90-260302-0001.1.goc.pdf','12677b9ad1a4b2f9b41f8602d782046f6f3f0c99fc36bd526dc02cebf75939f6',57243,'/tmp/tmph2suqnos/home/store',NULL,NULL,NULL,'2026-11-24 10:06:34.865422','2026-11-24 10:06:34.865422',1);
INSERT INTO "stored_object" VALUES('01a20d0586cc7f1b944afa113ef79aae','01a20d057e7f7f528aad9ec58b8163e8','original','test/H41.91/2026/01a20d05-7e7d-7611-bc88-da02cead1141/v1/H41.91-260307-0002.1.goc.pdf','47769bd2ae5a257002b42b2d3e2f175a18fc6565bee387bcef713ee94f9da9ba',39968,'/tmp/tmph2suqnos/home/store',NULL,NULL,NULL,'2026-11-24 10:06:35.723861','2026-11-24 10:06:35.723861',1);
INSERT INTO "stored_object" VALUES('01a20d0588ce75a48ef6b1e587c42617','01a20d057e767e29a7fa5a195b792db0','archival','test/H41.90/2026/01a20d05-7e72-76bf-93fb-b8442671ed67/v1/H41.90-260302-0001.1.pdf','d4ad4bb5d092ebac9ccaae830e2c6cc940add3f0231ad893733ff6355318d7c6',97983,'/tmp/tmph2suqnos/home/store',NULL,NULL,NULL,'2026-11-24 10:06:36.238019','2026-11-24 10:06:36.238019',1);
INSERT INTO "stored_object" VALUES('01a20d0589817f1faecf17a347a01376','01a20d057e7f7f528aad9ec58b8163e8','archival','test/H41.91/2026/01a20d05-7e7d-7611-bc88-da02cead1141/v1/H41.91-260307-0002.1.pdf','1d9fa297afdfef9d86ad0749099c4686ae9b89adf7b1c01e8ede3a9b1d725d22',79862,'/tmp/tmph2suqnos/home/store',NULL,NULL,NULL,'2026-11-24 10:06:36.417251','2026-11-24 10:06:36.417251',1);
CREATE TABLE target (
	id CHAR(32) NOT NULL, 
	metric VARCHAR(64) NOT NULL, 
	level VARCHAR(64) NOT NULL, 
	year INTEGER NOT NULL, 
	percent DOUBLE NOT NULL, 
	legal_basis VARCHAR NOT NULL, 
	CONSTRAINT pk_target PRIMARY KEY (id), 
	CONSTRAINT uq_target_metric_level_year_legal_basis UNIQUE (metric, level, year, legal_basis)
);
INSERT INTO "target" VALUES('01a20d057ddd7fbf93cae18f8e265ddf','stock','province',2022,50.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: kết quả còn hiệu lực, 2022');
INSERT INTO "target" VALUES('01a20d057dde72b4aac3b49ddc9aed9c','stock','district',2022,40.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: kết quả còn hiệu lực, 2022');
INSERT INTO "target" VALUES('01a20d057ddf74f4a0af50a728c33b51','stock','commune',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: kết quả còn hiệu lực, 2022');
INSERT INTO "target" VALUES('01a20d057de07e3aa6f3c65418547c4a','flow','province',2022,50.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de17c19be4f5262de395326','flow','province',2023,70.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de27b409d56dbf15482602e','flow','province',2024,90.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de378b3870ae70fab13d34d','flow','province',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de470e4a01a68589b0b2a11','flow','province',2026,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de57913a81c354d0ff6ee46','flow','district',2022,40.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de6787b9729b60c224cfee0','flow','district',2023,60.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de776b38b9c5c53dbe797ee','flow','district',2024,80.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de87e2594f9ef7af07ee542','flow','district',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057de979e8a02803f29f0b882d','flow','commune',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057dea7c8488a36def0f399848','flow','commune',2023,50.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057deb70baa8e12ba91dfe67c9','flow','commune',2024,70.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057dec7a9caa3fa2b5c345e42b','flow','commune',2025,90.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057ded7f2dae77ae4c15861e51','flow','commune',2026,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: số hóa, ký số, lưu trữ điện tử, 2023-2025');
INSERT INTO "target" VALUES('01a20d057dee752fb4cb8d8c6c7385ab','solved_reusable','province',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: hồ sơ đã giải quyết, 2023-2025');
INSERT INTO "target" VALUES('01a20d057def74f7ab5109ac7ab66b77','solved_reusable','district',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: hồ sơ đã giải quyết, 2023-2025');
INSERT INTO "target" VALUES('01a20d057df07bbd82295c5a0396fe04','solved_reusable','commune',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: hồ sơ đã giải quyết, 2023-2025');
INSERT INTO "target" VALUES('01a20d057df17c1fa9ba87cc7f7b0790','rollout','province',2022,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df276b288436957ca21948d','rollout','district',2022,50.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df37aa582b3dca2f4a3aef9','rollout','district',2023,80.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df471cb80ed79d3add68519','rollout','district',2024,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df573b0aec6e6f62cf65ce0','rollout','district',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df67a0b8d8e56c7761a4d21','rollout','commune',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df77fd9a262f50e0437238d','rollout','commune',2023,60.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df87ea499c028f68c88bc95','rollout','commune',2024,90.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057df9710b96835e06faff1820','rollout','commune',2025,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057dfa755997e971d37f93e7cf','rollout','commune',2026,100.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: triển khai tại Bộ phận Một cửa');
INSERT INTO "target" VALUES('01a20d057dfb7da0bef4c6e59eec6e61','not_resupplied','province',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
INSERT INTO "target" VALUES('01a20d057dfc7bce83c38c9eff784a29','not_resupplied','province',2025,80.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
INSERT INTO "target" VALUES('01a20d057dfd7eeb92db06ab6dbdf265','not_resupplied','district',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
INSERT INTO "target" VALUES('01a20d057dfe7a4a9061147165cbf6ec','not_resupplied','district',2025,80.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
INSERT INTO "target" VALUES('01a20d057dff7c418452820dd7981077','not_resupplied','commune',2022,30.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
INSERT INTO "target" VALUES('01a20d057e0075739325370b4af8797f','not_resupplied','commune',2025,80.0,'Kế hoạch số hóa tỉnh Nghệ An 2021: không phải cung cấp lại giấy tờ');
CREATE TABLE unit_succession (
	id CHAR(32) NOT NULL, 
	old_id CHAR(32) NOT NULL, 
	new_id CHAR(32) NOT NULL, 
	effective DATE NOT NULL, 
	legal_basis VARCHAR NOT NULL, 
	CONSTRAINT pk_unit_succession PRIMARY KEY (id), 
	CONSTRAINT fk_unit_succession_new_id_administrative_unit FOREIGN KEY(new_id) REFERENCES administrative_unit (id), 
	CONSTRAINT fk_unit_succession_old_id_administrative_unit FOREIGN KEY(old_id) REFERENCES administrative_unit (id), 
	CONSTRAINT uq_unit_succession_old_id_new_id_effective UNIQUE (old_id, new_id, effective)
);
CREATE INDEX ix_administrative_unit_parent_id ON administrative_unit (parent_id);
CREATE INDEX ix_identifier_lookup ON identifier (scheme, normalized);
CREATE INDEX ix_register_entry_counting ON register_entry (agency_code, resolved_on, in_force_until);
CREATE INDEX ix_register_entry_last_import_id ON register_entry (last_import_id);
CREATE INDEX ix_release_batch_id ON release (batch_id);
CREATE INDEX ix_unit_succession_new_id ON unit_succession (new_id);
CREATE INDEX ix_unit_succession_old_id ON unit_succession (old_id);
CREATE INDEX ix_record_agency_code ON record (agency_code);
CREATE INDEX ix_record_register_entry_id ON record (register_entry_id);
CREATE INDEX ix_register_entry_history_entry_id ON register_entry_history (entry_id);
CREATE INDEX ix_document_batch_id ON document (batch_id);
CREATE INDEX ix_document_original_sha256 ON document (original_sha256);
CREATE INDEX ix_document_record_id ON document (record_id);
CREATE INDEX ix_document_work ON document (state, agency_code);
CREATE INDEX ix_finding_document_id ON finding (document_id);
CREATE INDEX ix_inbox_item_document_id ON inbox_item (document_id);
CREATE INDEX ix_review_task_document_id ON review_task (document_id);
CREATE INDEX ix_review_task_open ON review_task (settled_at, document_id);
CREATE INDEX ix_field_value_lookup ON field_value (version_id, name);
CREATE INDEX ix_stored_object_version_id ON stored_object (version_id);
CREATE TRIGGER sohoa_frozen_event_update BEFORE UPDATE ON event
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:event'); END;
CREATE TRIGGER sohoa_frozen_event_delete BEFORE DELETE ON event
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:event'); END;
CREATE TRIGGER sohoa_frozen_progress_snapshot_update BEFORE UPDATE ON progress_snapshot
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:progress_snapshot'); END;
CREATE TRIGGER sohoa_frozen_progress_snapshot_delete BEFORE DELETE ON progress_snapshot
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:progress_snapshot'); END;
CREATE TRIGGER sohoa_frozen_ledger_birth_update BEFORE UPDATE ON ledger_birth
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:ledger_birth'); END;
CREATE TRIGGER sohoa_frozen_ledger_birth_delete BEFORE DELETE ON ledger_birth
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:ledger_birth'); END;
CREATE TRIGGER sohoa_frozen_chain_head_seal_update BEFORE UPDATE ON chain_head_seal
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:chain_head_seal'); END;
CREATE TRIGGER sohoa_frozen_chain_head_seal_delete BEFORE DELETE ON chain_head_seal
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:chain_head_seal'); END;
CREATE TRIGGER sohoa_frozen_register_entry_history_update BEFORE UPDATE ON register_entry_history
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:register_entry_history'); END;
CREATE TRIGGER sohoa_frozen_register_entry_history_delete BEFORE DELETE ON register_entry_history
            BEGIN SELECT RAISE(ABORT, 'sohoa:frozen:register_entry_history'); END;
CREATE TRIGGER sohoa_transition_document BEFORE UPDATE OF state ON document
        WHEN NEW.state <> OLD.state AND NOT EXISTS (
            SELECT 1 FROM document_transition WHERE before = OLD.state AND after = NEW.state)
        BEGIN SELECT RAISE(ABORT, 'sohoa:transition:document'); END;
CREATE TRIGGER sohoa_transition_record BEFORE UPDATE OF state ON record
        WHEN NEW.state <> OLD.state AND NOT EXISTS (
            SELECT 1 FROM record_transition WHERE before = OLD.state AND after = NEW.state)
        BEGIN SELECT RAISE(ABORT, 'sohoa:transition:record'); END;
CREATE TRIGGER sohoa_chain_event BEFORE INSERT ON event
    WHEN NEW.seq <> COALESCE((SELECT MAX(seq) FROM event), 0) + 1
        OR NEW.prev_hash <> COALESCE((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'sohoa:chain:event'); END;
COMMIT;
