"""Countries: how telephones are numbered and written there, where people live, who carries their mail."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# How many digits a landline has less than a mobile telephone.
_SHORTER = {"BR": 1, "EG": 1, "AE": 1, "IL": 1, "CN": 1, "JP": 1, "KR": 1, "VN": -1}
# What people anywhere use, with weights; a country's own providers come on top.
MAIL_PROVIDERS = (("gmail.com", 62), ("outlook.com", 8), ("hotmail.com", 10), ("yahoo.com", 11), ("icloud.com", 9))


@dataclass(frozen=True)
class City:
    """A city under the names that people write, and its time zone."""

    names: tuple[str, ...]
    timezone: str


@dataclass(frozen=True)
class Country:
    """`mobile` and `landline` are how national numbers begin, `groups` how many digits are written together."""

    code: str
    calling: str
    trunk: str
    mobile: tuple[str, ...]
    landline: tuple[str, ...]
    groups: tuple[int, ...]
    suffixes: tuple[str, ...]
    providers: tuple[tuple[str, int], ...]
    cities: tuple[City, ...]


def _country(code: str, phone: str, groups: tuple[int, ...], suffixes: str, providers: str, cities: str) -> Country:
    """Read `calling/trunk/mobile prefixes/landline prefixes`, `provider:weight` and `Name|Name=Zone;…`."""
    calling, trunk, mobile, landline = phone.split("/")
    carriers = [part.split(":") for part in providers.split()]
    towns = [part.split("=") for part in cities.split(";")]
    return Country(
        code, calling, trunk, tuple(mobile.split()), tuple(landline.split()), groups, tuple(suffixes.split()),
        tuple((domain, int(weight)) for domain, weight in carriers),
        tuple(City(tuple(names.split("|")), zone) for names, zone in towns),
    )  # fmt: skip


COUNTRIES = {country.code: country for country in (
    _country("US", "1//212 646 312 415 512 617 713 206 303/202 404 503", (3, 3, 4), ".com .com .com .io .net",
        "aol.com:8 comcast.net:5",
        "New York|NYC|New York City=America/New_York;Chicago=America/Chicago;Denver=America/Denver;"
        "Los Angeles|LA=America/Los_Angeles;"
        "San Francisco|SF=America/Los_Angeles;Austin=America/Chicago;Boston=America/New_York;"
        "Seattle=America/Los_Angeles"),
    _country("GB", "44/0/74 75 77 78 79/207 208 161 121", (4, 3, 3), ".co.uk .co.uk .com",
        "btinternet.com:8 hotmail.co.uk:14 yahoo.co.uk:9",
        "London=Europe/London;Manchester=Europe/London;Leeds=Europe/London;Bristol=Europe/London;"
        "Glasgow=Europe/London"),
    _country("DE", "49/0/151 160 170 176 179/30 89 40", (3, 4, 4), ".de .de .de .com",
        "gmx.de:40 web.de:40 t-online.de:20",
        "Berlin=Europe/Berlin;München|Munich|Muenchen=Europe/Berlin;Köln|Cologne|Koeln=Europe/Berlin;"
        "Hamburg=Europe/Berlin;"
        "Nürnberg|Nuremberg=Europe/Berlin;Leipzig=Europe/Berlin"),
    _country("AT", "43/0/664 676 699/1 316", (3, 3, 4), ".at .at .com", "gmx.at:40 aon.at:10",
        "Wien|Vienna=Europe/Vienna;Graz=Europe/Vienna;Linz=Europe/Vienna"),
    _country("FR", "33/0/61 62 66 76 77/14 47", (1, 2, 2, 2, 2), ".fr .fr .com",
        "orange.fr:25 free.fr:18 wanadoo.fr:10 laposte.net:8",
        "Paris=Europe/Paris;Lyon=Europe/Paris;Marseille=Europe/Paris;Orléans|Orleans=Europe/Paris;Lille=Europe/Paris"),
    _country("ES", "34//61 62 65 66 69/91 93", (3, 3, 3), ".es .es .com", "hotmail.es:15 yahoo.es:8 telefonica.net:4",
        "Madrid=Europe/Madrid;Barcelona=Europe/Madrid;Sevilla|Seville=Europe/Madrid;"
        "Málaga|Malaga=Europe/Madrid;Valencia=Europe/Madrid"),
    _country("MX", "52//55 33 81/56", (2, 4, 4), ".mx .com.mx .com", "hotmail.com:30 prodigy.net.mx:4",
        "Ciudad de México|CDMX|Mexico City=America/Mexico_City;Guadalajara=America/Mexico_City;"
        "Monterrey=America/Monterrey"),
    _country("BR", "55/0/119 219 319 419/113 213", (2, 5, 4), ".com.br .com.br .com",
        "uol.com.br:18 bol.com.br:8 terra.com.br:6",
        "São Paulo|Sao Paulo|SP=America/Sao_Paulo;Rio de Janeiro|Rio=America/Sao_Paulo;Recife=America/Recife;"
        "Curitiba=America/Sao_Paulo"),
    _country("IT", "39//320 333 347 349/02 06", (3, 3, 4), ".it .it .com",
        "libero.it:35 virgilio.it:8 alice.it:8 tiscali.it:5",
        "Roma|Rome=Europe/Rome;Milano|Milan=Europe/Rome;Napoli|Naples=Europe/Rome;Torino|Turin=Europe/Rome;"
        "Bologna=Europe/Rome"),
    _country("PL", "48//50 51 60 66 79/22 12", (3, 3, 3), ".pl .pl .com", "wp.pl:35 onet.pl:20 o2.pl:20 interia.pl:15",
        "Warszawa|Warsaw=Europe/Warsaw;Kraków|Krakow|Cracow=Europe/Warsaw;Łódź|Lodz=Europe/Warsaw;"
        "Gdańsk|Gdansk=Europe/Warsaw"),
    _country("TR", "90/0/532 542 505 555/212 312", (3, 3, 2, 2), ".com.tr .com.tr .com", "hotmail.com:40 mynet.com:5",
        "İstanbul|Istanbul=Europe/Istanbul;Ankara=Europe/Istanbul;İzmir|Izmir=Europe/Istanbul;Bursa=Europe/Istanbul"),
    _country("SE", "46/0/70 73 76/8 31", (2, 3, 2, 2), ".se .se .com", "telia.com:20 hotmail.se:8",
        "Stockholm=Europe/Stockholm;Göteborg|Gothenburg=Europe/Stockholm;Malmö|Malmo=Europe/Stockholm"),
    _country("IN", "91//98 99 97 88 70/224 112", (5, 5), ".in .co.in .com", "rediffmail.com:10 yahoo.co.in:10",
        "Mumbai|Bombay=Asia/Kolkata;Bengaluru|Bangalore=Asia/Kolkata;Delhi|New Delhi=Asia/Kolkata;"
        "Chennai=Asia/Kolkata;Pune=Asia/Kolkata"),
    _country("VN", "84/0/90 91 98 35 70/24 28", (2, 3, 4), ".vn .com.vn .com", "yahoo.com.vn:10",
        "Hà Nội|Hanoi|Ha Noi=Asia/Ho_Chi_Minh;Thành phố Hồ Chí Minh|TP.HCM|Saigon=Asia/Ho_Chi_Minh;"
        "Đà Nẵng|Da Nang=Asia/Ho_Chi_Minh"),
    _country("RU", "7/8/903 916 925 921/495 812", (3, 3, 2, 2), ".ru .ru .com",
        "mail.ru:60 yandex.ru:70 bk.ru:8 rambler.ru:8",
        "Москва|Moscow|Moskva=Europe/Moscow;Санкт-Петербург|Saint Petersburg|СПб=Europe/Moscow;"
        "Казань|Kazan=Europe/Moscow;"
        "Новосибирск|Novosibirsk=Asia/Novosibirsk"),
    _country("KZ", "7/8/701 705 777/7272", (3, 3, 2, 2), ".kz .kz .com", "mail.ru:60 yandex.kz:10",
        "Алматы|Almaty=Asia/Almaty;Астана|Astana=Asia/Almaty"),
    _country("UA", "380/0/50 63 67 95/44", (2, 3, 2, 2), ".ua .com.ua .com", "ukr.net:40 i.ua:8",
        "Київ|Kyiv|Kiev=Europe/Kyiv;Львів|Lviv=Europe/Kyiv;Харків|Kharkiv=Europe/Kyiv;Одеса|Odesa|Odessa=Europe/Kyiv"),
    _country("EG", "20/0/10 11 12/2", (2, 4, 4), ".com .com.eg .com", "yahoo.com:40 hotmail.com:15",
        "القاهرة|Cairo|El Qahira=Africa/Cairo;الإسكندرية|Alexandria=Africa/Cairo;الجيزة|Giza=Africa/Cairo"),
    _country("AE", "971/0/50 52 55/4 2", (2, 3, 4), ".ae .ae .com", "hotmail.com:20",
        "دبي|Dubai=Asia/Dubai;أبوظبي|Abu Dhabi=Asia/Dubai;الشارقة|Sharjah=Asia/Dubai"),
    _country("IL", "972/0/50 52 54/3 2", (2, 3, 4), ".co.il .co.il .com", "walla.co.il:20 netvision.net.il:5",
        "תל אביב|Tel Aviv=Asia/Jerusalem;ירושלים|Jerusalem=Asia/Jerusalem;חיפה|Haifa=Asia/Jerusalem"),
    _country("CN", "86//138 139 158 186/10 21", (3, 4, 4), ".cn .com.cn .com",
        "qq.com:110 163.com:70 126.com:25 sina.com:10",
        "北京|Beijing=Asia/Shanghai;上海|Shanghai=Asia/Shanghai;深圳|Shenzhen=Asia/Shanghai;"
        "广州|Guangzhou|Canton=Asia/Shanghai"),
    _country("JP", "81/0/90 80 70/3 6", (2, 4, 4), ".co.jp .co.jp .jp",
        "yahoo.co.jp:50 docomo.ne.jp:20 ezweb.ne.jp:10",
        "東京|Tokyo=Asia/Tokyo;大阪|Osaka=Asia/Tokyo;名古屋|Nagoya=Asia/Tokyo;福岡|Fukuoka=Asia/Tokyo"),
    _country("KR", "82/0/10/2 51", (2, 4, 4), ".co.kr .kr .com", "naver.com:110 daum.net:20 hanmail.net:20 nate.com:8",
        "서울|Seoul=Asia/Seoul;부산|Busan|Pusan=Asia/Seoul;인천|Incheon=Asia/Seoul"),
)}  # fmt: skip


def national_number(rng: Random, country: Country, landline: bool = False) -> str:
    """Return the digits of a new number, without calling code and trunk digit."""
    start = rng.choice(country.landline if landline else country.mobile) + rng.choice("2345678")
    digits = sum(country.groups) - len(start) - (_SHORTER.get(country.code, 0) if landline else 0)
    return f"{start}{rng.randrange(10**digits):0{digits}}"


def spelled(rng: Random, country: Country, national: str, local: float) -> str:
    """Return a number as somebody writes it; `local` is how often they leave the country out."""
    groups, at = [], 0
    for size in country.groups:
        groups.append(national[at : at + size])
        at += size
    groups[-1] += national[at:]
    if rng.random() < local:
        return _spelled_locally(rng, country, groups)
    plus = f"+{country.calling}"
    trunk = f"({country.trunk})" if country.trunk == "0" else ""
    return rng.choices(
        (plus + national, f"{plus} {' '.join(groups)}", f"00{country.calling}{national}",
         f"{plus} {trunk}{'-'.join(groups)}", country.calling + national),
        (60, 18, 8, 8, 6),
    )[0]  # fmt: skip


def _spelled_locally(rng: Random, country: Country, groups: list[str]) -> str:
    first, *rest = groups
    if country.code == "US":
        return rng.choice((f"({first}) {'-'.join(rest)}", "-".join(groups), ".".join(groups), "".join(groups)))
    text = country.trunk + rng.choice((" ", "-", "", "/")).join([first, "".join(rest)])
    if rng.random() < 0.5:
        text = country.trunk + rng.choice((" ", "-", ".")).join(groups)
    if country.code in {"EG", "AE"} and rng.random() < 0.15:
        return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    if country.code == "JP" and rng.random() < 0.15:
        return text.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    return text
