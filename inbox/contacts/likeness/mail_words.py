"""Providers where anybody has a mailbox, the parts before an @ that many share, and those that stand for none."""

from __future__ import annotations

# Dots before the @ mean nothing here; what follows a plus means nothing there.
DOTLESS = frozenset({"gmail.com"})
_OUTLOOK = "outlook hotmail live msn"
_LANDS = (
    "com de fr it es nl be at ch dk se no fi pt gr cz hu sk pl ie co.uk co.jp co.kr com.br com.ar com.mx com.tr co.il"
)
_LANDS_MORE = "com.au co.nz ca in co.in co.id com.sg com.my com.ph com.vn co.th cl com.pe com.co co.za ro bg ru"

_PROVIDERS = """
gmail.com googlemail.com aol.com aim.com icloud.com me.com mac.com fastmail.com fastmail.fm proton.me protonmail.com
protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com mail.com email.com usa.com gmx.com gmx.net gmx.de gmx.at
gmx.ch gmx.fr gmx.us gmx.co.uk web.de t-online.de freenet.de arcor.de online.de posteo.de posteo.net mailbox.org
vodafone.de kabelmail.de 1und1.de magenta.de bluewin.ch hispeed.ch sunrise.ch aon.at chello.at a1.net orange.fr
wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr libero.it virgilio.it tiscali.it alice.it tin.it
tim.it fastwebnet.it inwind.it iol.it telefonica.net terra.es ono.com movistar.es sapo.pt clix.pt iol.pt mail.pt
ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl casema.nl upcmail.nl telenet.be skynet.be proximus.be
scarlet.be btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk
tiscali.co.uk eircom.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
juno.com netzero.net optonline.net frontier.com windstream.net rocketmail.com ymail.com rogers.com shaw.ca
sympatico.ca telus.net bell.net videotron.ca bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz
mail.ru bk.ru list.ru inbox.ru internet.ru yandex.ru yandex.com yandex.ua ya.ru rambler.ru ukr.net i.ua meta.ua
bigmir.net tut.by wp.pl onet.pl op.pl vp.pl o2.pl interia.pl interia.eu poczta.fm poczta.onet.pl gazeta.pl tlen.pl
onet.eu seznam.cz email.cz centrum.cz post.cz volny.cz atlas.cz azet.sk centrum.sk zoznam.sk post.sk freemail.hu
citromail.hu indamail.hu vipmail.hu t-email.hu upcmail.hu abv.bg mail.bg dir.bg yahoo.ro mail.ee inbox.lv one.lv
inbox.lt delfi.lt telia.com telia.se bredband.net comhem.se spray.se passagen.se online.no broadpark.no getmail.no
frisurf.no start.no mail.dk jubii.dk stofanet.dk tdcadsl.dk luukku.com kolumbus.fi suomi24.fi elisanet.fi
saunalahti.fi simnet.is otenet.gr forthnet.gr in.gr walla.co.il walla.com nana10.co.il bezeqint.net netvision.net.il
012.net.il zahav.net.il mynet.com ttmail.com superonline.com qq.com vip.qq.com foxmail.com 163.com 126.com 139.com
189.cn sina.com sina.cn sohu.com yeah.net tom.com aliyun.com naver.com hanmail.net daum.net nate.com kakao.com
docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp
excite.co.jp infoseek.jp goo.jp rediffmail.com rediff.com indiatimes.com sify.com zoho.com zohomail.com uol.com.br
bol.com.br terra.com.br ig.com.br globo.com globomail.com oi.com.br zipmail.com.br r7.com fibertel.com.ar arnet.com.ar
ciudad.com.ar prodigy.net.mx telmex.com maktoob.com emirates.net.ae eim.ae batelco.com.bh link.net tedata.net.eg
menara.ma hush.com hushmail.com runbox.com kolabnow.com disroot.org riseup.net hey.com duck.com mozmail.com inbox.com
lycos.com excite.com rogers.ca pobox.com mail2world.com vnn.vn fpt.vn viettel.vn pchome.com.tw hinet.net
singnet.com.sg streamyx.com tm.net.my telkom.net webmail.co.za mweb.co.za vodamail.co.za telkomsa.net iafrica.com
yahoo.co.uk mailinator.com guerrillamail.com yopmail.com tempmail.com 10minutemail.com trashmail.com sharklasers.com
privaterelay.appleid.com
"""
PUBLIC = frozenset(_PROVIDERS.split()) | {
    f"{name}.{land}" for name in f"{_OUTLOOK} yahoo".split() for land in f"{_LANDS} {_LANDS_MORE}".split()
}
# Providers under whatever top-level domain.
BRANDS = frozenset(
    "gmail googlemail yahoo ymail hotmail outlook live msn aol icloud gmx yandex protonmail tutanota".split()
)
TAGGED = frozenset(
    "gmail.com icloud.com me.com mac.com fastmail.com fastmail.fm proton.me protonmail.com protonmail.ch pm.me "
    "posteo.de posteo.net mailbox.org runbox.com hey.com zoho.com zohomail.com yandex.ru yandex.com ya.ru".split()
) | {f"{name}.{land}" for name in _OUTLOOK.split() for land in f"{_LANDS} {_LANDS_MORE}".split()}
# Those whose slips are told from another domain: long enough, and known to everybody.
MISTAKEN = tuple(
    domain
    for domain in sorted(PUBLIC)
    if len(domain.partition(".")[0]) > 4 and not domain.startswith(("inbox", "online"))
)

ROLES = frozenset(
    """
info infos information contact contacts kontakt contacto contato contatto contactus kontakte hello hallo hola bonjour
hi office buero büro bureau oficina ufficio escritorio biuro kancelaria kancelar iroda kontor kantor post mail email
mailbox inbox postmaster webmaster hostmaster admin administrator administration administracion amministrazione
sekretariat secretariat secretaria segreteria secretary sekretar reception rezeption recepcion recepcao receptie
recepcja recepce front frontdesk frontoffice empfang zentrale centrale central accueil support suporte soporte
supporto help helpdesk hilfe aide ayuda ajuda aiuto service services servicio servico servizio kundenservice
kundendienst customerservice care customercare customers clients kunden client cliente clienti atendimento obsluga
zakaznik pomoc sales sale verkauf vertrieb ventes ventas vendas vendite verkoop sprzedaz prodej salg forsaljning
myynti orders order bestellung bestellungen commande commandes pedidos ordini zamowienia objednavky shop store
boutique tienda loja sklep obchod billing invoice invoices rechnung rechnungen rechnungswesen buchhaltung accounting
accounts account accountspayable ap ar finance finanzen finances finanzas financeiro comptabilite contabilidad
contabilidade contabilita fatura faturamento factura facturas facturacion facturation fatture faktury ksiegowosc
ucetni payments payment payroll purchasing procurement einkauf achats compras acquisti inkoop zakupy nakup hr personal
people jobs job careers career karriere bewerbung recruiting recruitment rh rrhh talent marketing presse press media
pr news newsletter events event team teams all everyone staff company firma empresa societe azienda management manager
direction direktion direccion direcao geschaeftsleitung it edv tech technical technik technique tecnico dev developer
developers devops ops operations sysadmin root it-support itsupport security abuse privacy datenschutz legal
compliance dpo gdpr web website noc family familie famille familia famiglia rodzina rodina bookings booking
reservations reservation reservierung reservas prenotazioni rezervace travel enquiries enquiry inquiry inquiries
anfrage anfragen general welcome partners partner partnership affiliate logistics logistik warehouse lager shipping
versand delivery returns feedback survey test-team lab labor studio praxis kanzlei clinic school schule ecole escuela
escola scuola verwaltung hausverwaltung zakaz sklad buh info-ru otdel zakupki prodazhi
""".split()
)
# Words that say that a household reads it: the.browns.home@, familie.schmidt@.
HOMES = frozenset(
    "home family familie familien famille familia famiglia familj rodzina rodina haus house casa couple".split()
)
PLACEHOLDERS = frozenset(
    """
none noone nobody no na nan null nil nothing noemail nomail noaddress noreply donotreply dontreply nichts keine
keinemail kein leer aucun sans sansmail sinemail sincorreo ninguno nenhum semail nessuno brak nemam test testing
tester testuser tests teste prueba prova example exemplo ejemplo beispiel esempio sample dummy fake unknown unbekannt
inconnu desconocido anonymous anonym guest gast user username customer kunde name yourname youremail email abc abcd
abcde asdf asdfasdf asd qwerty qwertz azerty xxx xyz foo bar foobar spam trash temp tmp default undefined invalid
placeholder notprovided notavailable notgiven refused declined tbd todo
""".split()
)
