"""Given and family names that are written in other scripts, with how they are written in Latin letters."""

from __future__ import annotations

from tests.bench.likeness.words import Culture, words

RUSSIAN = Culture(
    "ru", 6, (("RU", 3), ("KZ", 1)), native=0.6,
    women=words("""Александра=Alexandra|Aleksandra~Саша|Sasha Екатерина=Ekaterina|Yekaterina~Катя|Katya
        Анастасия=Anastasia|Anastasiya~Настя|Nastya Мария=Maria|Mariya~Маша|Masha Юлия=Yulia|Julia|Iuliia~Юля
        Наталья=Natalia|Natalya~Наташа|Natasha Ольга=Olga~Оля|Olya Татьяна=Tatiana|Tatyana~Таня|Tanya Ирина=Irina~Ира
        Светлана=Svetlana~Света|Sveta Евгения=Evgenia|Yevgeniya~Женя Анна=Anna~Аня|Anya
        Ксения=Ksenia|Kseniya|Xenia~Ксюша Елена=Elena|Yelena~Лена|Lena Дарья=Daria|Darya~Даша|Dasha
        Людмила=Lyudmila"""),
    men=words("""Александр=Alexander|Aleksandr|Alexandr~Саша|Sasha|Alex Дмитрий=Dmitry|Dmitri|Dmitriy~Дима|Dima
        Сергей=Sergey|Sergei~Серёжа Алексей=Alexey|Aleksei|Alexei~Лёша|Lyosha Михаил=Mikhail|Michail~Миша|Misha
        Владимир=Vladimir~Вова|Vova|Volodya Иван=Ivan~Ваня|Vanya Евгений=Evgeny|Yevgeny|Eugene~Женя|Zhenya
        Юрий=Yuri|Yury|Iurii~Юра Андрей=Andrey|Andrei~Андрюша Николай=Nikolay|Nikolai~Коля|Kolya
        Павел=Pavel~Паша|Pasha Фёдор=Fyodor|Fedor~Федя Илья=Ilya|Ilia Константин=Konstantin~Костя|Kostya
        Григорий=Grigory|Grigoriy~Гриша"""),
    families=words("""Иванов=Ivanov Смирнов=Smirnov Кузнецов=Kuznetsov|Kouznetsov Попов=Popov
        Васильев=Vasiliev|Vasilyev Петров=Petrov Соколов=Sokolov Михайлов=Mikhailov|Mikhaylov Новиков=Novikov
        Фёдоров=Fedorov|Fyodorov Морозов=Morozov Волков=Volkov Алексеев=Alekseev|Alexeyev Лебедев=Lebedev
        Семёнов=Semenov|Semyonov Егоров=Egorov|Yegorov Павлов=Pavlov Козлов=Kozlov Степанов=Stepanov Никитин=Nikitin
        Захаров=Zakharov Зайцев=Zaitsev|Zaytsev Соловьёв=Soloviev|Solovyov Яковлев=Yakovlev|Iakovlev
        Григорьев=Grigoriev|Grigoryev Воробьёв=Vorobyov|Vorobiev Щербаков=Shcherbakov|Scherbakov Жуков=Zhukov|Jukov
        Чайковский=Tchaikovsky|Chaykovskiy Невский=Nevsky|Nevskiy Гончаров=Goncharov Хомяков=Khomyakov|Homyakov
        Цветков=Tsvetkov|Cvetkov Ельцин=Yeltsin"""),
)  # fmt: skip
UKRAINIAN = Culture(
    "uk", 3, (("UA", 1),), native=0.55,
    women=words("""Олена=Olena|Elena~Лєна Оксана=Oksana|Oxana~Ксеня Наталія=Nataliia|Natalia~Наталка
        Юлія=Yuliia|Julia Тетяна=Tetiana|Tatyana~Таня Ганна=Hanna|Anna~Аня Ірина=Iryna|Irina~Іра Марія=Mariia|Maria
        Катерина=Kateryna~Катя Світлана=Svitlana|Svetlana~Світа Надія=Nadiia|Nadiya Софія=Sofiia|Sofia
        Людмила=Liudmyla Олександра=Oleksandra~Леся"""),
    men=words("""Олександр=Oleksandr|Alexander~Сашко|Sasha Сергій=Serhii|Sergiy|Sergey Андрій=Andrii|Andriy
        Володимир=Volodymyr|Vladimir~Вова Дмитро=Dmytro|Dmitry~Діма Михайло=Mykhailo~Миша Юрій=Yurii|Yuriy|Yuri
        Микола=Mykola|Nikolay Богдан=Bohdan|Bogdan Ігор=Ihor|Igor Тарас=Taras Євген=Yevhen|Evgen|Eugene~Женя
        Олег=Oleh|Oleg Григорій=Hryhorii|Grygoriy"""),
    families=words("""Шевченко=Shevchenko Коваленко=Kovalenko Бондаренко=Bondarenko Ткаченко=Tkachenko
        Кравченко=Kravchenko Олійник=Oliinyk|Oleynik Шевчук=Shevchuk Коваль=Koval Поліщук=Polishchuk|Polischuk
        Бойко=Boiko|Boyko Мельник=Melnyk|Melnik Гончаренко=Honcharenko|Goncharenko Лисенко=Lysenko Мороз=Moroz
        Павленко=Pavlenko Савченко=Savchenko Гайдук=Haiduk|Gayduk Хоменко=Khomenko Зеленько=Zelenko
        Щербина=Shcherbyna Костюк=Kostiuk|Kostyuk Ярошенко=Yaroshenko|Iaroshenko"""),
)  # fmt: skip
ARABIC = Culture(
    "ar", 6, (("EG", 2), ("AE", 1)), native=0.4, marries=False,
    women=words("""فاطمة=Fatima|Fatma|Fatimah عائشة=Aisha|Ayesha|Aïcha مريم=Mariam|Maryam|Meriem
        خديجة=Khadija|Khadijah زينب=Zainab|Zeinab|Zaynab نور=Nour|Noor ياسمين=Yasmin|Yasmine|Jasmin سارة=Sara|Sarah
        هدى=Huda|Hoda ليلى=Layla|Leila سلمى=Salma آية=Aya منى=Mona|Muna رانيا=Rania هبة=Heba|Hiba
        أسماء=Asmaa|Asma"""),
    men=words("""محمد=Mohammed|Muhammad|Mohamed|Mohammad~Mo|Hamada أحمد=Ahmed|Ahmad محمود=Mahmoud|Mahmud علي=Ali
        حسن=Hassan|Hasan حسين=Hussein|Husain|Hossein عمر=Omar|Umar يوسف=Youssef|Yusuf|Yousef إبراهيم=Ibrahim|Ebrahim
        خالد=Khaled|Khalid مصطفى=Mustafa|Moustafa~Darsh طارق=Tarek|Tariq عبدالله=Abdullah|Abdallah سعيد=Said|Saeed
        عبدالرحمن=Abdelrahman|Abdulrahman~Abdo كريم=Karim|Kareem زياد=Ziad|Zeyad هشام=Hesham|Hisham"""),
    families=words("""حسن=Hassan|Hasan علي=Ali السيد=El_Sayed|Elsayed|Al-Sayed إبراهيم=Ibrahim
        عبدالفتاح=Abdel_Fattah|Abdelfattah المصري=El-Masry|Al_Masri الشريف=El-Sherif|Al_Sharif منصور=Mansour|Mansoor
        حداد=Haddad خوري=Khoury|Khouri النجار=El-Naggar|Al_Najjar الحداد=El-Haddad عثمان=Osman|Othman
        سليمان=Soliman|Sulaiman|Suleiman صالح=Saleh|Salih فاروق=Farouk|Farooq رمضان=Ramadan شاهين=Shaheen|Chahine
        بكري=Bakri|Bakry قاسم=Qasim|Kassem يونس=Younis|Yunus درويش=Darwish|Darwich الخطيب=Al_Khatib|El-Khateeb
        زكي=Zaki|Zaky هاشم=Hashem|Hashim نصر=Nasr الهاشمي=Al_Hashimi بن_راشد=Bin_Rashid|bin_Rashed
        المنصوري=Al_Mansoori|Almansouri"""),
)  # fmt: skip
HEBREW = Culture(
    "he", 4, (("IL", 1),), native=0.5,
    women=words("""נועה=Noa|Noah תמר=Tamar~Tami שרה=Sarah|Sara רבקה=Rivka|Rebecca~Rivi רחל=Rachel|Rahel~Racheli
        מיכל=Michal אסתר=Esther|Ester~Esti יעל=Yael|Jael חנה=Hannah|Chana|Hana אביגיל=Avigail|Abigail שירה=Shira
        טליה=Talia|Talya יהודית=Yehudit|Judith~Judy איילת=Ayelet"""),
    men=words("""דוד=David~Dudu|Dudi יוסף=Yosef|Joseph~Yossi משה=Moshe|Moses~Moshiko אברהם=Avraham|Abraham~Avi
        יצחק=Yitzhak|Isaac|Itzhak~Itzik יעקב=Yaakov|Jacob|Yakov~Kobi חיים=Haim|Chaim|Hayim אורי=Ori|Uri
        איתי=Itay|Itai יהונתן=Yehonatan|Jonathan~Yoni נדב=Nadav שמואל=Shmuel|Samuel~Shmulik אליהו=Eliyahu~Eli
        גיא=Guy"""),
    families=words("""כהן=Cohen|Kohen לוי=Levi|Levy מזרחי=Mizrahi|Mizrachi פרץ=Peretz|Perez ביטון=Biton|Bitton
        דהן=Dahan אברהם=Avraham|Abraham פרידמן=Friedman|Fridman אגבאריה=Agbaria מלכה=Malka אזולאי=Azoulay|Azulai
        כץ=Katz יוסף=Yosef|Joseph דוד=David עמר=Amar אוחיון=Ohayon חדד=Hadad|Haddad גבאי=Gabai|Gabay
        בן_דוד=Ben_David|Ben-David אדרי=Edri לביא=Lavi שפירא=Shapira|Shapiro רוזנברג=Rosenberg|Rozenberg
        גולדשטיין=Goldstein|Goldshtein וייס=Weiss|Vais שכטר=Schechter|Shechter"""),
)  # fmt: skip
CHINESE = Culture(
    "zh", 6, (("CN", 5), ("US", 1)), family_first=True, native=0.55, marries=False,
    women=words("""薇=Wei~Vivian 芳=Fang~Fiona 秀英=Xiuying 静=Jing~Jane 敏=Min~Mindy 燕=Yan 雪=Xue~Snow
        婷婷=Tingting~Tina 玉兰=Yulan 丽=Li~Lily 娜=Na~Nana 欣怡=Xinyi~Cindy 雨桐=Yutong 晓红=Xiaohong 梦洁=Mengjie
        倩=Qian 璐=Lu~Lucy 慧=Hui"""),
    men=words("""伟=Wei~David 强=Qiang 磊=Lei~Ray 军=Jun 洋=Yang 勇=Yong 杰=Jie~Jay 涛=Tao 明=Ming 超=Chao 刚=Gang
        浩然=Haoran~Howard 子轩=Zixuan 建国=Jianguo 志强=Zhiqiang 鹏=Peng 晓东=Xiaodong~Eason 俊=Jun~Kevin 文博=Wenbo
        威=Wei"""),
    families=words("""王=Wang 李=Li|Lee 张=Zhang|Chang 刘=Liu|Lau 陈=Chen|Chan 杨=Yang 黄=Huang|Wong 赵=Zhao|Chao
        吴=Wu|Ng 周=Zhou|Chou 徐=Xu|Hsu 孙=Sun 马=Ma 朱=Zhu 胡=Hu 郭=Guo|Kuo 何=He|Ho 林=Lin|Lam 高=Gao 罗=Luo|Lo
        郑=Zheng|Cheng 梁=Liang|Leung 谢=Xie|Hsieh 宋=Song 唐=Tang 许=Xu|Hui 邓=Deng 冯=Feng|Fung 韩=Han 曹=Cao
        曾=Zeng|Tsang 欧阳=Ouyang"""),
)  # fmt: skip
JAPANESE = Culture(
    "ja", 4, (("JP", 1),), family_first=True, native=0.65,
    women=words("""陽子=Yoko|Youko 恵子=Keiko 裕子=Yuko|Yuuko 美咲=Misaki~Misa 結衣=Yui 葵=Aoi 由美子=Yumiko~Yumi
        さくら=Sakura 香織=Kaori 直美=Naomi 真由美=Mayumi~Mayu 優子=Yuko|Yuuko 千尋=Chihiro 彩=Aya"""),
    men=words("""健=Ken|Takeshi 大輔=Daisuke~Dai 翔太=Shota|Shouta|Shohta 健太=Kenta 拓也=Takuya~Taku 浩=Hiroshi
        博=Hiroshi 誠=Makoto 亮=Ryo|Ryou 太郎=Taro|Tarou 雄一=Yuichi|Yuuichi 直樹=Naoki 修=Osamu
        健太郎=Kentaro|Kentarou~Ken"""),
    families=words("""佐藤=Sato|Satoh|Satou 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito|Itoh|Itou 渡辺=Watanabe
        山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato|Katoh 吉田=Yoshida 山田=Yamada 佐々木=Sasaki
        山口=Yamaguchi 松本=Matsumoto 井上=Inoue|Inouye 木村=Kimura 林=Hayashi 斎藤=Saito|Saitoh|Saitou 清水=Shimizu
        阿部=Abe 森=Mori 池田=Ikeda 橋本=Hashimoto 大野=Ono|Ohno 小野=Ono 後藤=Goto|Gotoh 長谷川=Hasegawa"""),
)  # fmt: skip
KOREAN = Culture(
    "ko", 4, (("KR", 1),), family_first=True, native=0.6, marries=False,
    women=words("""지은=Ji-eun|Jieun~Jenny 서연=Seo-yeon|Seoyeon|Suh-yun 수진=Su-jin|Soojin~Sue
        은영=Eun-young|Eunyoung 민서=Min-seo|Minseo 하은=Ha-eun|Haeun~Hannah 미영=Mi-young|Miyoung 지원=Ji-won|Jiwon
        유진=Yu-jin|Yoojin|Eugene 혜진=Hye-jin|Hyejin 소희=So-hee|Sohee 영희=Young-hee|Yeonghui"""),
    men=words("""민준=Min-jun|Minjun|Min-joon 서준=Seo-jun|Seojoon 지훈=Ji-hoon|Jihun 현우=Hyun-woo|Hyeonu~Ryan
        성민=Sung-min|Seongmin 동현=Dong-hyun|Donghyeon 준호=Jun-ho|Junho|Joonho 영수=Young-soo|Yeongsu
        상훈=Sang-hoon|Sanghun 재현=Jae-hyun|Jaehyeon~Jay 지원=Ji-won|Jiwon 철수=Chul-soo|Cheolsu
        승현=Seung-hyun|Seunghyeon~Sean"""),
    families=words("""김=Kim|Gim 김=Kim|Gim 김=Kim 이=Lee|Yi|Rhee 이=Lee|Yi 박=Park|Pak|Bak 박=Park 최=Choi|Choe
        정=Jung|Jeong|Chung 강=Kang|Gang 조=Cho|Jo 윤=Yoon|Yun 장=Jang|Chang 임=Lim|Im 한=Han 오=Oh|O 서=Seo|Suh
        신=Shin|Sin 권=Kwon|Gwon 황=Hwang 안=Ahn|An 송=Song 류=Ryu|Yoo 홍=Hong"""),
)  # fmt: skip
