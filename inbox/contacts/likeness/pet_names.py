"""Short and pet forms of given names. English ones are a library's; those of other languages stand here."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from nicknames import NickNamer

from inbox.contacts.likeness.sounds import spelling

# A given name and what its bearers are called, in Latin letters; a name may stand in several lines.
_OTHERS = """
aleksandr sasha sascha shura alex aleks alik olek oleksandr; aleksandra sasha shura alex ola olka sanya; aleksei
alyosha lyosha alex alexey alexei; anastasia nastya nastia stasya ana tasia; anatoly tolya tolik; andrei andriy andrey
andryusha andriusha andrew; anna anya ania asia anka anechka hanna annie nyura anni; antonina tonya; arkady arkasha;
artyom tyoma artem tema; boris borya; daniil danya danila dan; daria dasha darya darka; denis den; dmitri dima dmitry
dmytro mitya dimitri dimitry; ekaterina katya katia kate katerina kateryna; elena lena olena alyona elenka; elizaveta
liza lizaveta; evgeny zhenya yevhen evgeniy eugene; evgenia zhenya yevgenia; fyodor fedya fedor; galina galya halyna;
gennady gena; georgy gosha zhora yuri; grigory grisha hryhoriy; igor ihor gosha; ilya ilyusha illia; inna; irina ira
iryna irisha; ivan vanya vania; kirill kirya kyrylo; konstantin kostya kostiantyn; kristina kris tina krystyna; ksenia
ksyusha oksana xenia; larisa lara larysa; leonid lyonya leo; lev lyova leo; lidia lida lidiya; lyubov lyuba liubov;
lyudmila luda lyuda mila liudmyla; maksim max maks maxim; margarita rita margo; maria masha mariya marusya marie mia
manya marysia maryla; marina; mikhail misha mykhailo michael; nadezhda nadya nadiia; natalia natasha nata tasha
natalya nataliya natalka; nikita; nikolai kolya mykola nick; oleg oleh; olga olya olha ola; pavel pasha pavlo paul;
polina polya; pyotr petya petro peter; raisa raya; roman roma; ruslan rus; semyon syoma; sergei seryozha serhiy sergey
serge seryoga; sofia sonya sofya sophia zosia; stanislav stas slava; stepan styopa; svetlana sveta lana svitlana;
taras; tatiana tanya tania tetiana tata; timofei tima; vadim vadik vadym; valentina valya; valery valera valeriy;
varvara varya; vasily vasya vasyl; vera vira; veronika nika; viktor vitya victor; viktoria vika; vitaly vitalik
vitaliy; vladimir vova volodya volodymyr vlad; vladislav vlad slava; vyacheslav slava; yakov yasha; yana; yaroslav
slava yarik; yegor yehor gosha; yulia yulya julia iuliia; yuri yura yuriy jura; agnieszka aga agusia; aleksander olek
alek; andrzej jedrek andrew; antoni antek tolek; barbara basia baska barb; beata; bartlomiej bartek; bartosz bartek;
boguslaw bogdan bogus; czeslaw czesiek; danuta danka; dariusz darek; dorota dorotka; edward edek; elzbieta ela elka;
ewa ewka; franciszek franek; grzegorz grzesiek greg; halina hala; henryk heniek; iwona iwonka; jacek jacus; jadwiga
jadzia; jakub kuba jakob; jan janek jas; janusz januszek; jaroslaw jarek; jerzy jurek; joanna asia joasia; jozef
jozek; justyna justa; karolina karola karolka; katarzyna kasia kaska kate; kazimierz kazik; krystyna krysia; krzysztof
krzysiek krzys chris; leszek lech; lukasz lukaszek luke; maciej maciek; magdalena magda lena; malgorzata gosia
malgosia gocha; marcin marcinek; marek mareczek; mariusz mario; mateusz mati matek; michal michalek; miroslaw mirek;
pawel pawelek; piotr piotrek peter; przemyslaw przemek; radoslaw radek; rafal rafalek; ryszard rysiek; slawomir
slawek; stanislaw staszek stach; stefan stefek; szymon szymek; tadeusz tadek; tomasz tomek tom; urszula ula; waldemar
waldek; wieslaw wiesiek; wladyslaw wladek; wojciech wojtek; zbigniew zbyszek; zdzislaw zdzisiek; zofia zosia; zuzanna
zuza; frantisek franta; jaroslav jarda; jiri jirka; josef pepa pepik; katerina katka; lenka; miroslav mirek; ondrej
ondra; petr peta petra; stanislav standa; tereza terka; vaclav vasek; vojtech vojta; zdenek zdenda; tomas tom;
alexander alex xander sander sascha lex alec; andreas andi andy; angelika geli; anneliese anne liesl; anton toni;
barbara babsi barbel; bernhard bernd bernie; bernd bernhard; christian chris; christina tina chris christl; dieter
didi; christoph chris stoffel; christiane chris jane; cornelia conny nelly; dominik domi nick; dorothea dorle thea
doro; elisabeth lisa elli liesl sissi betty lisbeth else ilse elise lies bettina; emilia emmi mila; eva evi; ferdinand
ferdi; florian flo; franz franzl; franziska franzi sissi; friedrich fritz fred friedel; gabriele gabi; georg schorsch
jorg; gerhard gerd hardy; gertrud trudi gerti; gottfried friedel; gunther gunter; hannelore hanne lore; heinrich heinz
heiner; helene leni lena; helmut helmi; herbert bert herb; hildegard hilde; ignaz nazi; ingeborg inge; ingrid inga;
jakob jaki; johann hans hannes jo; johanna hanna hanne jo; johannes hans hannes jo jan johann; jonathan jona joni;
josef sepp jupp; josefine fini josi; julia jule juli; juliane jule jana; julian jul; jurgen jogi; karl charly kalle;
karoline line caro; katharina kathi katja kati kathrin kathe trine; kathrin kathi katja; klaus nikolaus; konrad kurt
conny; leonhard leo; leonie leo; ludwig lutz wiggerl luis; magdalena leni lena magda; manfred manni fred; margarete
grete gretel gretchen; margarethe grete gretel greta; maria mia mitzi marie; marianne janne nanni; markus max; martin
tin marti; martina tina; matthias mats hias matze; maximilian max maxi; maximiliane maxi; michael michi mike micha;
michaela michi ela; monika moni; nikolaus klaus niko nick; norbert bert nobby; oliver oli; patrick pat; peter pit
petz; petra peti; philipp phil lipp; rainer rainy; reinhard reini hardy; renate nate reni; richard richie; roland
roli; rosemarie rosi; rudolf rudi; sabine bine; sebastian basti bastian wastl; siegfried sigi; sigrid siggi; simone
simi moni; sophie soph; stefan steffen stevie steff; stephanie steffi; susanne susi sanne; theodor theo; theresia
resi; thomas tom tommi; tobias tobi; ulrich uli; ulrike ulli uli rike; ursula uschi ulla; valentin valli; veronika
vroni vera; viktoria vicky; volker volki; waltraud traudl; walter walti; werner wern; wilhelm willi wim; wolfgang wolf
wolfi; yvonne yvi; cornelis kees cor; gerrit gert; hendrik henk rik hein; jacobus koos jaap co; jacob jaap; johannes
jan hans joop johan; leendert leen; maarten mart; margaretha greet gre margriet; nicolaas klaas nico; petrus piet
peter; pieter piet peter; theodorus theo; wilhelmina mien willy mina; willem wim pim; adrianus ad arie; antonius ton
toon; franciscus frans; anders andy; birgitta britta gitte; bjorn nalle; erik rikki; fredrik fredde; gustav gosta;
hakan; henrik henke rik; johan janne; karin kajsa; karl kalle; kristina stina kicki tina; lars lasse; magnus mange;
margareta greta maggan; mikael micke; nils nisse; per pelle; peter pelle; sven svenne; torbjorn tobbe; ulrika ulla;
aleksi alex; jaakko jaska; agathe agate; alexandre alex; antoine toine tony; benoit ben; bernadette detta; catherine
cathy kat; charles charlot; christophe chris tophe; dominique dom domi; elisabeth babette lise; emmanuel manu;
emmanuelle manu; florence flo; frederic fred; frederique fred; gabriel gaby; genevieve ginette; gerard gege; guillaume
guigui will; henri riton; jacqueline jacquie; jacques jacquot; jean jeannot; joseph jojo jo; laurence lolo; laurent
lolo; louis loulou; madeleine mado; marcel marco; margaux margot; marguerite margot; mathieu mat; maurice momo; maxime
max; michel mimi mich; monique momo; nathalie nat; nicolas nico; pascal pascou; patrice pat; philippe phil; pierre
pierrot; raymond ray; robert bob; sebastien seb; stephane steph; stephanie steph; suzanne suzy; therese tete; thibault
thib; valerie val; veronique vero; vincent vince; virginie ninie; xavier xav; alessandra sandra ale; alessandro sandro
ale; andrea andre; angela angie lina; angelo lino; annamaria anna; antonella nella; antonietta etta; antonio tonino
toni nino toto; beatrice bea bice; bartolomeo meo; caterina rina cate; concetta tina; cristina cri tina; domenico
mimmo nico; eleonora nora ele; elisabetta betta elisa lisa; emanuele manu lele; federica fede; federico fede rico;
filippo pippo; francesca franca cesca; francesco franco checco cecco; gabriele lele; gaetano tano; gerardo gerry;
giacomo mino; giancarlo gianni; giovanna vanna gianna; giovanni gianni nanni vanni; girolamo momo; giuseppe beppe
peppe pino peppino; giuseppina pina giusy; gregorio rino; leonardo leo nardo; lorenzo enzo renzo; luigi gigi gino
luis; maddalena lena; margherita rita marghe; massimiliano max massi; massimo max; matteo teo; mauro; michele lele;
nicola nico; paola; pasquale lino; pietro piero; raffaele lele raf; roberto robi berto; salvatore toto salvo turi;
sebastiano seba; stefania stefi; stefano ste; teresa tere; tommaso maso tom; umberto berto; valentina vale; vincenzo
enzo vince; vittoria vicky; vittorio; adelaida adela; adriana adri; alberto beto berto tito; alejandra ale sandra;
alejandro ale alex; alfonso fonso poncho; alfredo fredo; ana anita; andres andy; antonia tona toni; antonio tono toni;
beatriz bea betty; carlos charly carlitos; carolina caro; catalina cata; cecilia ceci; concepcion concha conchita;
consuelo chelo; cristina cris; cristobal cris; daniel dani; daniela dani; diego; dolores lola loli; eduardo edu lalo;
emilio milo; encarnacion encarna; enrique quique kike; ernesto neto tito; esperanza espe; eugenia geni; federico fede
kiko; felipe pipe; fernanda fer nanda; fernando fer nando; francisca paca paqui; francisco paco pancho curro fran
kiko; gabriela gabi; gerardo gera; gonzalo gonza; graciela chela; gregorio goyo; guadalupe lupe; guillermo memo
guille; gustavo gus tavo; hortensia tencha; ignacio nacho; inmaculada inma; isabel isa chabela; jesus chus chuy;
joaquin quino; jorge coque; jose pepe chema; josefa pepa pepi; josefina fina pepi; juan juanito; juana juanita; julia
juli; laura lau; leticia leti; lorena lore; lourdes lulu; lucia lucy; luis lucho; luisa lucha; manuel manolo manu;
manuela manoli; marcela chela; margarita marga rita; maria mari maruja; mariana nana; maximiliano max; mercedes
merche; miguel migue; milagros mila; monica moni; natalia nati; pablo pablito; patricia pati patri; paula pau; pedro
perico; pilar pili; rafael rafa; ramon moncho; raul rulo; ricardo ricky richi; roberto beto rober; rocio chio; rodrigo
rodri; rosario charo; salvador salva chava; santiago santi; sebastian seba; sergio checo; silvia sil; sofia sofi;
susana susi; tomas tomy; veronica vero; vicente chente; victoria vicky; virginia vicky; ximena xime; yolanda yoli;
adriano dri; antonio toninho to; augusto guto; bernardo beo; carlos carlinhos caca; catarina cat; eduardo edu dudu;
fernando nando; filipe lipe; francisco chico; gabriel gabi biel; guilherme gui; gustavo guga; henrique rique; isabel
bel isa; joana jo; joao joaozinho jo; joaquim quim; jose ze; julio juju; leonardo leo; leticia le; luis lula; luiza
lu; manuel manel; mariana mari; pedro pedrinho; ricardo cadu; roberto beto; rodrigo digo; sebastiao tiao; teresa teca;
tiago ti; antal toni; erzsebet erzsi bozsi zsoka; ferenc feri; gabor gabi; gyorgy gyuri; ilona ilus ili; imre imi;
istvan pista isti; janos jani; jozsef jozsi; judit jutka; katalin kati kata; lajos lali; laszlo laci; margit manci;
maria mari; mihaly misi; peter peti; sandor sanyi; tamas tomi; zoltan zoli; zsofia zsofi; zsuzsanna zsuzsa zsuzsi;
alexandru alex sandu; constantin costel; elena lenuta; gheorghe gigi gica; ioan ion ionel nelu; maria mioara; mihai
misu; nicolae nicu; stefan fane; vasile vasi; ahmet ahmo; fatma fatos; huseyin huso; ibrahim ibo; mehmet memo; mustafa
mustu musti; suleyman sulo; emine emis; aikaterini katerina katina; athanasios thanasis; charalampos babis; christos;
dimitrios dimitris mitsos jimmy; dimitra mimi; eleni lena elena; emmanouil manolis; evangelos vangelis; georgios
giorgos george; ioannis yannis giannis john; konstantinos kostas; konstantinos costas; maria maro; michail michalis;
nikolaos nikos nick; panagiotis panos takis; spyridon spyros; stavros; theodoros thodoris; vasileios vasilis bill;
avraham avi; binyamin beni; david dudi dudu; eliyahu eli; michael miki; moshe moishe; shimon shimi; shlomo shloimi;
yaakov kobi; yehuda udi; yitzhak itzik; yisrael srul; yosef yossi; rachel racheli; rivka rivki; muhammad mohammed
mohamed mehmed mo; abdul abdullah; fatima fati; khadija khadi; mustafa mus; ibrahim ibra; yusuf yousef joseph; ali;
hussein husain; aishwarya aish; rajesh raj; rajendra raj; rakesh rocky; priyanka priya; suresh sur; siddharth sid;
vikram vik vicky; krishna kris; lakshmi laxmi; anna hanna ganna hannah; alexander aleksandr alexandr oleksandr
alessandro alejandro alexandre; alexandra aleksandra oleksandra alessandra; mikhail michail mykhailo; yevhen evgeny
evgenii eugen; hryhoriy grigory; volodymyr vladimir; serhiy sergei serguei
"""


@cache
def _families() -> dict[str, frozenset[str]]:
    """Return, by each form's spelling, the full names that it may stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _OTHERS.split(";"):
        for form in (words := line.split()):
            found[spelling(form)].add(spelling(words[0]))
    for full, short in NickNamer().nickname_lookup.items():
        for form in (full, *short):
            found[spelling(form)].add(spelling(full))
    return {form: frozenset(names) for form, names in found.items()}


def related(one: str, other: str) -> bool:
    """Return whether both tokens (lower-case ASCII) may be forms of one given name."""
    return bool(full_names(one) & full_names(other))


def full_names(token: str) -> frozenset[str]:
    """Return what a form may stand for; a German or Italian "ch" may be a Slavic "kh"."""
    families = _families()
    return families.get(spelling(token), frozenset()) | families.get(spelling(token.replace("ch", "kh")), frozenset())


def is_given(token: str) -> bool:
    """Return whether the token is a given name that is known here. Many are not."""
    return spelling(token) in _families()
