"""The SQL that writes one stretch of working tables into the ledger's tables, as the pipeline would have."""

from collections.abc import Iterator

from scripts.bench.province.rows import DAYS
from scripts.bench.province.spelling import Spelling, dice
from scripts.bench.register_matching import FAMILIES, GIVEN, MIDDLES

ENTRY, RECORD, DOCUMENT, VERSION, AGAIN, SIGNATURE, STORED, ORIGINAL, FINDING, NOTE, TASK, FIELD, PAGE = range(1, 14)
"""Kinds of ids."""
FIELDS = {
    "code": "12/QĐ-UBND",
    "issued_on": "2024-03-05",
    "issuer": "Sở Mẫu",
    "subject": "Cấp phép",
    "signer": "Lê Mẫu",
}
NAMES = tuple(f"{family} {middle} {given}" for family in FAMILIES for middle in MIDDLES for given in GIVEN)
SOME = 50
"""Fields and pages are written of one document in so many: they are looked at one record at a time."""


def register_rows(say: Spelling, total: int) -> Iterator[str]:
    """Give the register's rows: solved on their day; one in twenty an old result without a day of its solving."""
    ends = f"CASE WHEN r.life_die < 300 THEN {say.day('r.day_no + 365 * (1 + r.life_die % 5)')} END"
    number = f"(1 + {dice(21, 4000, 'r.n')})"
    long_ago = say.day(f"{dice(22, 7000, 'r.n')} - 7300")
    withdrawn = say.instant(str(DAYS - 30))
    yield f"""INSERT INTO register_entry (id, agency_code, record_code, procedure_code, procedure_name, symbol,
        symbol_key, issued_on, subject, resolved_on, in_force_until, expected_results, expected_papers, expected_pages,
        first_import_id, last_import_id, source_row, row_sha256, missing_since_id, withdrawn_at, withdrawn_by,
        withdrawn_reason)
        SELECT {say.id(ENTRY, "r.n")}, r.agency_code, r.code, '9.0000' || {say.padded("r.life_die % 60", 2)},
        act.act, {number} || '/QĐ-UBND', {number} || '/QD-UBND',
        CASE WHEN r.life_die % 20 = 7 THEN {long_ago} ELSE r.day END, act.act || ' ' || name.name,
        CASE WHEN r.life_die % 20 <> 7 THEN r.day END, {ends}, 1, r.papers, 1 + r.life_die % 4,
        import.id, import.id, r.n, {say.hash("r.n")}, CASE WHEN r.end_die < 3 THEN import.id END,
        CASE WHEN r.end_die = 9 THEN {withdrawn} END, CASE WHEN r.end_die = 9 THEN 'cli:bench' END,
        CASE WHEN r.end_die = 9 THEN 'Ghi trùng' END
        FROM bench_row AS r JOIN bench_act AS act ON act.position = r.life_die % 6
        JOIN bench_name AS name ON name.position = {dice(23, len(NAMES), "r.n")}
        CROSS JOIN (SELECT id FROM register_import ORDER BY imported_at LIMIT 1) AS import WHERE r.n <= {total}"""


def records(say: Spelling, total: int) -> Iterator[str]:
    """Give a record for each row that was scanned, and those in no register."""
    entry = f"CASE WHEN r.n <= {total} THEN {say.id(ENTRY, 'r.n')} END"
    yield f"""INSERT INTO record (id, agency_code, code, year, state, register_entry_id, next_stt, created_at)
        SELECT {say.id(RECORD, "r.n")}, r.agency_code, r.code, {say.year("r.day")},
        CASE WHEN p.archived > r.papers THEN 'digitized' ELSE 'open' END, {entry}, 2 + r.papers,
        {say.instant("r.day_no")}
        FROM bench_row AS r JOIN (SELECT n, count(CASE WHEN is_archived THEN 1 END) AS archived
            FROM bench_paper GROUP BY n) AS p ON p.n = r.n"""


def documents(say: Spelling) -> Iterator[str]:
    """Give the documents and their versions; one in fifty archived ones was scanned again."""
    is_kept = "p.state <> 'quarantined'"
    reason = "CASE p.state WHEN 'refused' THEN 'pdf_damaged' WHEN 'stuck' THEN 'stage_failed' WHEN 'quarantined'"
    reason += " THEN 'secret_mark' WHEN 'pending_signature' THEN 'timestamp_unreachable' END"
    path = "p.agency_code || '/' || p.code || '/' || CASE p.second WHEN 0 THEN 'ket-qua' ELSE 'giay-to' END || '/1.pdf'"
    yield f"""INSERT INTO document (id, agency_code, record_id, stt, role, state, reason_code, lane, original_sha256,
        source_path, page_count, current_version, tries, received_at, state_since, claim_fence, type_code)
        SELECT {say.id(DOCUMENT, "p.d")}, p.agency_code, CASE WHEN {is_kept} THEN {say.id(RECORD, "p.n")} END,
        CASE WHEN {is_kept} THEN 1 + p.second END, CASE p.second WHEN 0 THEN 'result' ELSE 'paper' END, p.state,
        {reason}, 'straight', {say.hash("p.d")}, CASE WHEN {is_kept} THEN {path} END, 1 + p.state_die % 3,
        CASE WHEN p.is_second_scan THEN 2 ELSE 1 END, 0, {say.instant("p.came_no", "p.state_die * 30")},
        {say.instant("p.since_no", "p.state_die * 30")}, 1, 'QĐ' FROM bench_paper AS p"""
    for kind, number, reason, which in (
        (VERSION, 1, "first_scan", is_kept),
        (AGAIN, 2, "scanned_again", "p.is_second_scan"),
    ):
        done = say.instant("p.done_no", "p.state_die * 30")
        passed = (
            f"CASE WHEN p.state NOT IN ('refused', 'duplicate', 'stuck') THEN {say.instant('p.came_no', '7200')} END"
        )
        sealed = "p.is_archived OR p.state = 'sealed'"
        yield f"""INSERT INTO document_version (id, document_id, number, reason, created_at, original_sha256,
            secrecy_passed_at, assembled_sha256, sealed_sha256, sealed_at, archived_at, pdfa_claim)
            SELECT {say.id(kind, "p.d")}, {say.id(DOCUMENT, "p.d")}, {number}, '{reason}',
            {say.instant("p.came_no", "p.state_die * 30")}, {say.hash("p.d")}, {passed},
            CASE WHEN {sealed} THEN {say.hash("p.d + 3")} END, CASE WHEN {sealed} THEN {say.hash("p.d + 5")} END,
            CASE WHEN {sealed} THEN {done} END, CASE WHEN p.is_archived THEN {done} END,
            CASE WHEN {sealed} THEN 'pdfa_2b_checked' END FROM bench_paper AS p WHERE {which}"""


def evidence(say: Spelling) -> Iterator[str]:
    """Give signatures and stored objects; a few are broken or lost."""
    current = f"CASE WHEN p.is_second_scan THEN {say.id(AGAIN, 'p.d')} ELSE {say.id(VERSION, 'p.d')} END"
    done = say.instant("p.done_no", "p.state_die * 30")
    verdict = f"CASE WHEN {dice(31, 1000, 'p.d')} < 5 THEN 'invalid' WHEN {dice(31, 1000, 'p.d')} < 15"
    verdict += " THEN 'indeterminate' ELSE 'valid' END"
    yield f"""INSERT INTO signature (id, version_id, role, field, signer, certificate_sha256, level, signed_at,
        timestamp_at, verdict, is_trusted, is_test, checked_at)
        SELECT {say.id(SIGNATURE, "p.d")}, {current}, 'agency', 'AgencySeal', 'TEST ' || p.agency_code,
        {say.hash("1")}, 'B-T', {done}, {done}, {verdict}, TRUE, TRUE, {done}
        FROM bench_paper AS p WHERE p.is_archived OR p.state = 'sealed'"""
    key = "'test/' || p.agency_code || '/' || p.code || '/v1/' || p.d"
    for kind, name, which in (
        (STORED, "archival", "p.is_archived"),
        (ORIGINAL, "original", "p.d % 4 = 0 AND p.state <> 'quarantined'"),
    ):
        yield f"""INSERT INTO stored_object (id, version_id, kind, key, sha256, size, store, stored_at, checked_at,
            check_ok)
            SELECT {say.id(kind, "p.d")}, {current}, '{name}', {key} || '.{name}', {say.hash("p.d + 5")},
            90000 + p.state_die, 's3', {done}, {done}, {dice(32, 1000, "p.d")} > 1
            FROM bench_paper AS p WHERE {which}"""


def remarks(say: Spelling) -> Iterator[str]:
    """Give findings and questions to persons: open ones of what waits for review."""
    found = say.instant("p.came_no", "7200")
    code = "CASE p.d % 7 WHEN 0 THEN 'same_bytes_elsewhere' WHEN 1 THEN 'fewer_pages' WHEN 2 THEN 'words_corrected'"
    code += " ELSE 'not_24_bit_colour' END"
    for kind, page, which in ((FINDING, 1, "p.d % 5 < 2"), (NOTE, 2, "p.d % 10 = 0")):
        yield f"""INSERT INTO finding (id, document_id, page, code, severity, found_at)
            SELECT {say.id(kind, "p.d")}, {say.id(DOCUMENT, "p.d")}, {page}, {code},
            CASE p.d % 7 WHEN 2 THEN 'note' ELSE 'warning' END, {found}
            FROM bench_paper AS p WHERE {which} AND p.state <> 'quarantined'"""
    asked = "CASE p.d % 4 WHEN 0 THEN 'over_stamp' WHEN 1 THEN 'unsure' WHEN 2 THEN 'register_differs'"
    asked += " ELSE 'not_found' END"
    is_open = "p.state = 'waiting_review'"
    yield f"""INSERT INTO review_task (id, document_id, version, field_name, reason_code, opened_at, settled_at, actor,
        decision)
        SELECT {say.id(TASK, "p.d")}, {say.id(DOCUMENT, "p.d")}, 1, 'subject', {asked}, {found},
        CASE WHEN {is_open} THEN NULL ELSE {say.instant("p.came_no + 5")} END,
        CASE WHEN {is_open} THEN NULL ELSE 'cli:bench' END, CASE WHEN {is_open} THEN NULL ELSE 'accepted' END
        FROM bench_paper AS p WHERE {is_open} OR (p.is_archived AND p.d % 3 = 0)"""


def readings(say: Spelling) -> Iterator[str]:
    """Give what documents are found by, and of some of them the fields and a page."""
    number = f"(1 + {dice(21, 4000, 'p.n')})"
    code = "replace(replace(lower(p.code), '.', ' '), '-', ' ')"
    yield f"""INSERT INTO search_text (id, document_id, codes, head, body)
        SELECT p.d, {say.id(DOCUMENT, "p.d")}, {code} || ' ' || (1 + p.second) || ' ' || {number} || ' qd ubnd',
        {code} || ' ' || (1 + p.second) || ' ' || {number} || ' qd ubnd ' || act.plain || ' ' || name.plain,
        'cong hoa xa hoi chu nghia viet nam quyet dinh ' || act.plain || ' ' || name.plain || ' dieu ' || p.state_die
        FROM bench_paper AS p JOIN bench_row AS r ON r.n = p.n JOIN bench_act AS act ON act.position = r.life_die % 6
        JOIN bench_name AS name ON name.position = {dice(23, len(NAMES), "p.n")}
        WHERE p.state IN ('archived', 'waiting_review', 'waiting_release', 'waiting_trust')"""
    some = f"FROM bench_paper AS p WHERE p.d % {SOME} = 0 AND p.is_archived"
    for place, (name, value) in enumerate(FIELDS.items()):
        yield f"""INSERT INTO field_value (id, version_id, name, value, confidence, source, status, page, recorded_at)
            SELECT {say.id(FIELD, f"10 * p.d + {place}")}, {say.id(VERSION, "p.d")}, '{name}', '{value}', 0.97,
            'ocr', 'accepted', 1, {say.instant("p.came_no", "7200")} {some}"""
    yield f"""INSERT INTO page (id, version_id, number, width_px, height_px, dpi, depth_bits, channels, blur, skew_deg,
        border_ratio, rotation, is_blank, has_colour, has_seal, confidence, engine, reading, text)
        SELECT {say.id(PAGE, "p.d")}, {say.id(VERSION, "p.d")}, 1, 2481, 3508, 300, 8, 3, 0, 0, 0, 0, FALSE, TRUE, TRUE,
        0.97, 'tesserocr', 'prepared', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' {some}"""


def statements(say: Spelling, total: int) -> Iterator[str]:
    """Give all of them in an order in which each finds what it refers to."""
    yield from register_rows(say, total)
    yield from records(say, total)
    yield from documents(say)
    yield from evidence(say)
    yield from remarks(say)
    yield from readings(say)
