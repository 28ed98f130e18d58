"""What the archival PDF says of itself: XMP and the document information, agreeing with each other.

Everything stands in properties that PDF/A predefines, so no extension schema is needed: dc:type and dc:description
say that this is a digitized copy (NĐ 137/2024, Điều 4: the mark in words, the time of conversion, the full name of
the person who converted), dc:contributor names that person, dc:date and xmp:CreateDate the time, dc:identifier the
document. Nothing here depends on the clock: the same request gives the same bytes.
"""

from datetime import datetime
from xml.sax.saxutils import escape

from pikepdf import Dictionary, Name, Pdf, String

from config.clock import VIETNAM, vietnam_iso
from ocr.assemble.copymark import CopyMark

_PRODUCER = "Sohoa"
_LANGUAGE = "vi"
_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{statement}</rdf:li></rdf:Alt></dc:description>
   <dc:identifier>{identifier}</dc:identifier>
   <dc:type><rdf:Bag><rdf:li>{kind}</rdf:li></rdf:Bag></dc:type>
   <dc:contributor><rdf:Bag><rdf:li>{converter}</rdf:li></rdf:Bag></dc:contributor>
   <dc:date><rdf:Seq><rdf:li>{at}</rdf:li></rdf:Seq></dc:date>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
   <xmp:CreateDate>{at}</xmp:CreateDate>
   <xmp:ModifyDate>{at}</xmp:ModifyDate>
   <xmp:MetadataDate>{at}</xmp:MetadataDate>
   <xmp:CreatorTool>{producer}</xmp:CreatorTool>
   <pdf:Producer>{producer}</pdf:Producer>
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def describe(pdf: Pdf, title: str, document_id: str, mark: CopyMark) -> None:
    """Write the metadata of an archival PDF, replacing what was there."""
    values = {
        "title": title,
        "statement": mark.statement,
        "identifier": document_id,
        "kind": mark.template.kind,
        "converter": mark.converter,
        "at": vietnam_iso(mark.converted_at),
        "language": _LANGUAGE,
        "producer": _PRODUCER,
    }
    packet = _PACKET.format_map({key: escape(_printable(value)) for key, value in values.items()})
    pdf.Root.Metadata = pdf.make_stream(packet.encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Lang = String(_LANGUAGE)
    date = String(_pdf_date(mark.converted_at))
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(_printable(title)),
            Subject=String(_printable(mark.statement)),
            Creator=String(_PRODUCER),
            Producer=String(_PRODUCER),
            CreationDate=date,
            ModDate=date,
        )
    )


def _printable(text: str) -> str:
    """Give the text without the characters that XML cannot hold."""
    return "".join(ch for ch in text if ch >= " " and not "\ud800" <= ch <= "\udfff" and ch not in "\ufffe\uffff")


def _pdf_date(instant: datetime) -> str:
    local = instant.astimezone(VIETNAM)
    return local.strftime("D:%Y%m%d%H%M%S+07'00'")
