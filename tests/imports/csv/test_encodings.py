"""A text's encoding is found out from its bytes."""

from __future__ import annotations

import pytest

from imports.csv.encodings import encoding_of

TEXTS = {
    "German": "Vorname;Nachname;Straße\nJürgen;Müller;Königstraße 5\nKäthe;Weiß;Bäckerstr. 1\n",
    "French": "Prénom;Nom;Société\nHélène;Lefèvre;Crème brûlée\nFrançois;Noël;Garçon\n",
    "Spanish": "Nombre,Correo,Teléfono\nJosé Núñez,j@x.example,+34 91\nMaría Ibáñez,m@x.example,+34 92\n",
    "Polish": "Imię;Nazwisko;Firma\nŁukasz;Żółć;Świętokrzyska\nMałgorzata;Błaszczyk;Gdańsk\n",
    "Czech": "Jméno;Příjmení;Město\nJiří;Dvořák;České Budějovice\nLuboš;Černý;Plzeň\n",
    "Turkish": "Ad;Soyad;Şehir\nÇağrı;Şahin;İstanbul\nIşıl;Öztürk;Eskişehir\n",
    "Swedish": "namn;ort\nÅke Öberg;Malmö\nBjörn;Västerås\n",
    "Russian": "Имя;Фамилия;Город\nИван;Петров;Москва\nОльга;Сидорова;Санкт-Петербург\n",
    "Greek": "Όνομα;Επώνυμο;Πόλη\nΓιώργος;Παπαδόπουλος;Αθήνα\n",
    "Hebrew": "שם,חברה\nדוד כהן,תל אביב\n",
    "Japanese": "名前,会社,住所\n山田太郎,株式会社トヨタ,東京都\n鈴木花子,ソニー株式会社,大阪府\n",
    "Chinese": "姓名,公司,城市\n张伟,华为技术有限公司,深圳\n王芳,阿里巴巴集团,杭州\n",
    "signs alone": "name,price\nBob,5 €\n“Ann”,3 €\n",
    "one sign": "a,b,c\n1,2,3\n4,5,©",
    "one letter": "name,email\nBob Müller,a@b.example\n",
}
OLD = [
    *((text, "cp1252") for text in ("German", "French", "Spanish", "Swedish", "signs alone", "one sign", "one letter")),
    *((text, "mac_roman") for text in ("German", "French", "Swedish")), ("German", "cp850"),
    *((text, code) for text in ("Polish", "Czech") for code in ("cp1250", "iso8859_2")), ("Turkish", "cp1254"),
    *(("Russian", code) for code in ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    ("Greek", "cp1253"), ("Greek", "iso8859_7"), ("Hebrew", "cp1255"), ("Japanese", "cp932"), ("Japanese", "euc_jp"),
    ("Chinese", "gb18030"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), OLD)
def test_texts_from_before_unicode_are_read_as_they_were_written(text: str, encoding: str) -> None:
    data = TEXTS[text].encode(encoding)
    assert data.decode(encoding_of(data, whole=True)) == TEXTS[text]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", TEXTS)
def test_unicode_is_read_with_its_mark_and_without(text: str, encoding: str) -> None:
    data = TEXTS[text].encode(encoding)
    assert data.decode(encoding_of(data, whole=True)).removeprefix("\ufeff") == TEXTS[text]


def test_a_sign_that_the_head_cuts_in_two_is_no_flaw() -> None:
    data = "name\nJürgen\nKät".encode()
    for end in range(6, len(data)):
        assert encoding_of(data[:end], whole=False) == "utf-8"


def test_some_broken_bytes_do_not_make_another_encoding_of_a_sound_text() -> None:
    data = ("Jürgen Müller;Köln\n" * 50).encode() + b"Kate\xff;Bonn\n"
    assert encoding_of(data, whole=True) == "utf-8"


def test_a_nul_does_not_make_utf_16() -> None:
    assert encoding_of(b"a,b,c\n\0,2,3\n", whole=True) == "utf-8"
