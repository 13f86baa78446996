"""Documents as people send them, made here: a demand survey form in Word, a PDF with selectable text, hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document

STATEMENT = "需要在压铸后三十秒内用X射线判定直径0.5毫米以上的气孔，并给出位置，适应五种壳体换型。"
BACKGROUND = "壳体月产六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定。"

SURVEY: Sequence[Sequence[str]] = (
    ("单位名称", "安庆市另一家机械有限公司", "", ""),
    ("技术难题名称", "铝合金压铸壳体气孔在线检测", "", ""),
    ("所属领域", "先进制造与自动化", "需求类型", "□技术研发 ☑检验检测 □产品开发"),
    ("需求背景", BACKGROUND, "", ""),
    ("技术难题描述（包括现状和难点，500字以内）", STATEMENT, "", ""),
    ("主要技术指标", "1. 检出率≥98 %\n2. 单件节拍≤4.5 秒", "", ""),
    ("拟合作方式", "■委托开发 □合作开发 ■检测与中试", "", ""),
    ("投入预算", "约50-80万元", "期望完成时间", "2031年6月"),
    ("通讯地址", "安徽省安庆市宜秀区文苑路1号", "", ""),
    ("联系人", "张工", "电话", "0556-1234567"),
    ("主营产品", "汽车零部件压铸件", "", ""),
)

FOUR_COLUMNS: Sequence[Sequence[str]] = (
    ("企业名称", "安庆市另一家机械有限公司", "统一社会信用代码", "91340800MA2000001X"),
    ("技术需求名称", "行星架深孔钻削偏斜控制", "填报人", "李四"),
    ("联系人", "张三", "职务", "技术部长"),
    ("联系电话", "0556-1234567", "传真", "0556-7654321"),
    ("技术需求描述", STATEMENT, "需求来源", "客户投诉"),
    ("拟投入资金", "50-80万元", "资金来源", "自筹200万元"),
    ("期望解决时间", "2031年6月", "填表日期", "2030.11.20"),
    ("所属行业", "通用设备制造业", "职工人数", "320人"),
    ("主管处室", "规划处", "所属领域", "先进制造与自动化"),
)
"""The usual layout: two labels in a row, the second of which this service often does not ask."""


def docx(rows: Sequence[Sequence[str]] = SURVEY, before: Sequence[str] = ("企业技术需求征集表",)) -> bytes:
    """A table form of four columns; empty cells are merged with the one before them."""
    document = Document()
    for line in before:
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=4)
    for cells, row in zip(table.rows, rows, strict=True):
        for place, text in enumerate(row):
            if text:
                last = max([place, *(at for at in range(place + 1, 4) if not any(row[place + 1 : at + 1]))])
                cell = cells.cells[place]
                (cell.merge(cells.cells[last]) if last > place else cell).text = text
    return saved(document)


def saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def pdf(lines: Sequence[str], pages: int = 1, extra: str = "", encrypt: str = "") -> bytes:
    """A PDF whose pages all show these lines in a font with a map to Unicode; `extra` goes into the catalogue."""
    letters = sorted({letter for line in lines for letter in line})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    shown = "".join(
        f"1 0 0 1 72 {760 - 18 * number} Tm <{''.join(f'{codes[letter]:04x}' for letter in line)}> Tj\n"
        for number, line in enumerate(lines)
    )
    content = f"BT /F1 12 Tf\n{shown}ET".encode()
    chars = "\n".join(f"<{code:04x}> <{ord(letter):04x}>" for letter, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{chars}\nendbfchar endcmap end end"
    ).encode()
    kids = " ".join(f"{7 + number} 0 R" for number in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /DW 1000 >>",
        _stream(cmap),
        _stream(content),
        *[
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>"
        ]
        * pages,
    ]
    made = _numbered(objects)
    return _locked(made, encrypt) if encrypt else made


def _locked(made: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(made)))
    writer.encrypt(password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _numbered(objects: Sequence[bytes]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


def zipped(**parts: bytes) -> bytes:
    """An archive with these parts; underscores in names stand for slashes and dots."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()
