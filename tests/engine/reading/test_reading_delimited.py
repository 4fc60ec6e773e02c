"""CSV and its kin: dialects, headers, and the numbers of records that cannot be read."""

from __future__ import annotations

import gzip

import pytest

from milepost.engine.reading import columns_of, delimited, find_files, fingerprint, line_of, sample
from milepost.errors import DataError
from milepost.plan.model import Read


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(put, table, mark):
    lines = ["id,score,comment", "1,9,good", "2,,", "3,0,bad"]
    found = table(put("a.csv", "\n".join(lines).replace(",", mark).encode()))
    assert found.names == ["id", "score", "comment"]
    assert found.rows == [("1", "9", "good"), ("2", None, None), ("3", "0", "bad")]


def test_a_decimal_comma_is_no_delimiter(put, table):
    content = b"1,5;2,5\n3,5;4,5\n"
    found = table(put("a.csv", content), header="none", names=["a", "b"])
    assert found.rows == [("1,5", "2,5"), ("3,5", "4,5")]


def test_columns_parted_by_blanks(put, table):
    found = table(put("a.txt", b" id   date  n\r\n 01  19970101   2 \r\n\t02\t19970102  3\r\n"))
    assert found.rows == [("01", "19970101", "2"), ("02", "19970102", "3")]
    assert found.staged.notes == (
        f"{found.staged.notes[0].split(':')[0]}: columns are parted by blanks",
    )


def test_blanks_inside_quotes_part_nothing(put, table):
    content = b'"x" "y z"\n"a  b" 1\n"c ""d""\n e" 2\n'
    found = table(put("a.txt", content), delimiter="whitespace")
    assert found.names == ["x", "y z"]
    assert found.rows == [("a  b", "1"), ('c "d""\n e'.replace('""', '"'), "2")]


def test_prose_in_one_column_stays_one_column(put, table):
    found = table(put("a.csv", b"what they said\nvery good indeed\nnot so good\n"))
    assert found.rows == [("very good indeed",), ("not so good",)]


def test_names_are_trimmed_and_told_apart(put, table):
    found = table(put("a.csv", b"\xef\xbb\xbf a , b,a,,A,_record\n1,2,3,4,5,6\n"))
    assert found.names == ["a", "b", "a_2", "column_4", "A_3", "_record_2"]
    assert len(found.staged.notes) == 4
    assert found.rows == [("1", "2", "3", "4", "5", "6")]


def test_a_name_made_up_takes_nobody_elses(put, table):
    assert table(put("a.csv", b"a,a,a_2\n1,2,3\n")).names == ["a", "a_3", "a_2"]


def test_no_header_line(put, table):
    file = put("a.csv", b"1,x\n2,y\n")
    assert table(file, header="none", names=["n", "s"]).rows == [("1", "x"), ("2", "y")]
    assert table(file, header="none").names == ["column_1", "column_2"]


def test_the_count_of_names_must_match(put, table):
    with pytest.raises(DataError, match=r"lists 1 names, but the first row has 2 fields"):
        table(put("a.csv", b"1,x\n"), header="none", names=["n"])


def test_a_header_of_numbers_is_remarked_on(put, table):
    assert "header: none" in table(put("a.csv", b"1,2,3\n4,5,6\n")).staged.notes[0]


def test_cells_are_trimmed_and_blank_ones_null(put, table):
    found = table(put("a.csv", 'a,b,c\n x ,"  ",\u00a0\n"","\n\t",0\n'.encode()))
    assert found.rows == [("x", None, None), (None, None, "0")]


def test_quoted_newlines_and_blank_lines(put, table):
    content = b'\n\na,b\n\n"x\r\ny","say ""hi"""\n   \n3,4'
    file = put("a.csv", content)
    found = table(file)
    assert found.rows == [("x\r\ny", 'say "hi"'), ("3", "4")]
    assert found.records == [1, 2]
    assert line_of(file, [1, 2], read=Read()) == {1: 5, 2: 8}


def test_ragged_rows_are_refused_and_keep_their_numbers(put, table):
    file = put("a.csv", b'a,b\n1,"2\n2"\n\n3\n   \n4,5,6\n7,8\n,\n')
    found = table(file, base=file.parent)
    assert found.rows == [("1", "2\n2"), ("7", "8"), (None, None)]
    assert found.records == [1, 4, 5]
    assert found.staged.records == 5
    kept = [(one.file, one.line, one.record, one.reason, one.text) for one in found.staged.refused]
    assert kept == [
        ("a.csv", 5, 2, "1 field, expected 2", "3"),
        ("a.csv", 7, 3, "3 fields, expected 2", "4,5,6"),
    ]
    assert found.staged.refused_count == {"1 field, expected 2": 1, "3 fields, expected 2": 1}


def test_only_the_first_thousand_refused_are_kept(put, table):
    found = table(put("a.csv", b"a,b\n" + b"1\n" * 2_500 + b"1,2\n"))
    assert len(found.staged.refused) == 1_000
    assert found.staged.refused_count == {"1 field, expected 2": 2_500}
    assert found.records == [2_501]


def test_numbers_run_on_over_files(put, table, con):
    files = [put("1.csv", b"a,b\n1,x\nbad\n2,y\n"), put("2.csv", b"b,a\nz,3\nbad\n")]
    found = table(files, base=files[0].parent)
    assert found.rows == [("1", "x"), ("2", "y"), ("3", "z")]
    assert found.records == [1, 3, 4]
    assert [(one.file, one.line, one.record) for one in found.staged.refused] == [
        ("1.csv", 3, 2),
        ("2.csv", 3, 5),
    ]
    assert found.staged.before == {"1.csv": 0, "2.csv": 3}
    assert con.execute("SELECT DISTINCT _file FROM x ORDER BY 1").fetchall() == [
        ("1.csv",),
        ("2.csv",),
    ]


def test_files_with_different_columns(put, table):
    files = [put("1.csv", b"a,b\n1,x\n"), put("2.csv", b"a,c\n1,x\n")]
    with pytest.raises(DataError, match=r"1\.csv and .*2\.csv: different columns") as caught:
        table(files)
    assert "'b'" in str(caught.value)
    assert "'c'" in str(caught.value)


def test_only_wanted_columns(put, table):
    file = put("a.csv", b"a,b,c\n1,2,3\n4\n5,6,7\n")
    found = table(file, wanted=frozenset({"c", "nowhere"}))
    assert found.names == ["c"]
    assert found.rows == [("3",), ("7",)]
    assert table(file, wanted=frozenset()).records == [1, 3]


def test_progress_counts_records(put, table):
    told: list[int] = []
    table(put("a.csv", b"a,b\n1,2\n3,4\n5,6\n"), progress=told.append)
    assert told[-1] == 3
    assert told == sorted(told)


def test_a_monstrous_cell_refuses_its_record(put, table):
    content = b"a,b\n1,2\n" + b"x" * 10_000_000 + b",3\n4\n5,6\n"
    found = table(put("a.csv", content))
    assert found.rows == [("1", "2"), ("5", "6")]
    assert found.records == [1, 4]
    assert [(one.line, one.record, len(one.text)) for one in found.staged.refused] == [
        (3, 2, 200),
        (4, 3, 1),
    ]
    assert "a cell of more than 1,000,000 characters" in found.staged.refused_count


def test_a_million_characters_are_still_a_cell(put, table):
    cell = "ø" * 1_000_000
    assert table(put("a.csv", f"a,b\n{cell},1\n".encode())).rows == [(cell, "1")]


def test_records_that_outgrow_a_block_are_read_in_larger_ones(put, table, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 64)
    cell = "y" * 300
    content = "a,b\n" + "1,x\n2\n" * 50 + f'3,"{cell}"\n' + "4,z\n5\n" * 50
    found = table(put("a.csv", content.encode()))
    assert found.rows == [("1", "x")] * 50 + [("3", cell)] + [("4", "z")] * 50
    assert found.staged.records == 201
    assert [one.record for one in found.staged.refused] == [
        *range(2, 101, 2),
        *range(103, 202, 2),
    ]


@pytest.mark.parametrize("tail", [b"5,6\n", b"5,6\n" * 100_000, b""])
def test_a_quote_that_never_closes(put, table, tail):
    with pytest.raises(DataError, match=r"a\.csv:4: a quote opens in the record here"):
        table(put("a.csv", b'a,b\n1,"2\n2"\n3,"4\n' + tail))


def test_a_quote_inside_a_cell_is_a_letter(put, table):
    assert table(put("a.csv", b'a,b\n5" pipe,x\ny,6" nail\n')).rows == [
        ('5" pipe', "x"),
        ("y", '6" nail'),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(put, table, end):
    file = put("a.csv", end.join(["a,b", "1,2", "3", "4,5"]).encode())
    found = table(file)
    assert found.rows == [("1", "2"), ("4", "5")]
    assert found.staged.refused[0].line == 3


def test_gzip_by_what_it_holds(put, table):
    packed = gzip.compress(b"a,b\n1,2\n")
    for name in ("a.csv.gz", "b.csv"):
        assert table(put(name, packed)).rows == [("1", "2")]


def test_the_first_rows(put):
    file = put("a.csv", b"a,b\n1, x \n2,\n3,z\n")
    assert sample([file], read=Read(), rows=2) == [{"a": "1", "b": "x"}, {"a": "2", "b": None}]


def test_columns_need_only_the_header(put):
    file = put("a.csv", b"a,b\n" + b'1,"never closed\n')
    assert [column.name for column in columns_of([file], read=Read())] == ["a", "b"]
    assert columns_of([file], read=Read())[0].type == "text"


def test_files_of_a_pattern(put, tmp_path):
    for name in ("d/b.csv", "d/a.csv", "d/c.txt"):
        put(name, b"a\n1\n")
    assert find_files("d/*.csv", base=tmp_path) == (tmp_path / "d/a.csv", tmp_path / "d/b.csv")
    assert find_files("d/c.txt", base=tmp_path) == (tmp_path / "d/c.txt",)
    with pytest.raises(DataError, match=r"did you mean 'a\.csv'"):
        find_files("d/aa.csv", base=tmp_path)
    with pytest.raises(DataError, match="no file matches"):
        find_files("d/*.tsv", base=tmp_path)
    with pytest.raises(DataError, match="is a folder"):
        find_files("d", base=tmp_path)


def test_a_fingerprint_changes_with_the_file(put):
    file = put("a.csv", b"a\n1\n")
    before = fingerprint([file])
    assert fingerprint([file]) == before
    put("a.csv", b"a\n12\n")
    assert fingerprint([file]) != before
