"""Given and family names that are written in Latin letters, with their pet forms."""

from __future__ import annotations

from tests.bench.likeness.words import Culture, words

ENGLISH = Culture(
    "en", 22, (("US", 6), ("GB", 4)),
    women=words("""Mary~Molly|Polly Elizabeth~Liz|Beth|Lizzie Katherine~Kate|Katie|Kathy Jennifer~Jen|Jenny
        Margaret~Maggie|Peggy|Meg Susan~Sue Patricia~Pat|Trish Deborah~Debbie Rebecca~Becky Sarah Jessica~Jess
        Emily~Em Charlotte~Charlie|Lottie Victoria~Vicky|Tori Abigail~Abby Samantha~Sam Alexandra~Alex|Sandra
        Christine~Chris|Tina Barbara~Barb Nicole~Nikki Linda Michelle~Shelly Laura Amanda~Mandy Rachel
        Stephanie~Steph Olivia~Liv Grace Hannah Amy Jane Mary-Ann"""),
    men=words("""John~Johnny|Jack James~Jim|Jimmy|Jamie Robert~Bob|Rob|Bobby William~Bill|Will|Billy
        Richard~Dick|Rick Michael~Mike|Mick David~Dave Thomas~Tom|Tommy Charles~Charlie|Chuck Joseph~Joe
        Daniel~Dan|Danny Matthew~Matt Anthony~Tony Andrew~Andy|Drew Edward~Ed|Ted Christopher~Chris|Kit
        Nicholas~Nick Jonathan~Jon Benjamin~Ben Samuel~Sam Alexander~Alex|Al Timothy~Tim Stephen~Steve Gregory~Greg
        Kenneth~Ken Patrick~Pat|Paddy Peter~Pete George Henry~Harry|Hank Philip~Phil"""),
    families=words("""Smith Johnson Williams Brown Jones Miller Davis Wilson Taylor Anderson Thompson White Harris
        Martin Clark Lewis Walker Hall Young King Wright Scott Green Baker Adams Nelson Carter Mitchell Roberts
        Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Cook Morgan Murphy Bailey
        O'Brien McDonald Fitzgerald Hughes Cooper Ward Bennett Gray Watson Kelly Shaw Lloyd-Jones Hartley-Cole"""),
)  # fmt: skip
GERMAN = Culture(
    "de", 12, (("DE", 9), ("AT", 1)),
    women=words("""Anna~Anni Katharina~Kathi|Kati Elisabeth~Lisa|Sissi Susanne~Susi Johanna~Hanna Christina~Tina
        Ursula~Uschi Sabine~Bine Stefanie~Steffi Magdalena~Lena Julia~Jule Jana Claudia Heike Monika~Moni Birgit
        Anke Franziska~Franzi Theresa~Resi Anneliese Käthe Jördis Eva-Maria Anne-Kathrin"""),
    men=words("""Alexander~Alex Maximilian~Max Johannes~Hannes Sebastian~Basti Michael~Michi Andreas~Andi
        Matthias~Matze Joachim~Achim Wolfgang~Wolf Hans-Peter~Hansi Jürgen Jörg Björn Günther Thomas~Tom
        Friedrich~Fritz Heinrich~Heiner Stefan Tobias~Tobi Benjamin~Ben Jan Lukas Karl-Heinz~Kalle Uwe"""),
    families=words("""Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer
        Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Köhler König Böhm Vogel
        Günther Weiß Groß Jäger Kühn Pohl Lindemann von_Bülow Schmitz Maier Meyer-Landrut Müller-Lüdenscheidt"""),
)  # fmt: skip
FRENCH = Culture(
    "fr", 7, (("FR", 1),),
    women=words("""Catherine~Cathy Élodie Aurélie Hélène Françoise Geneviève Amélie Céline Stéphanie~Steph
        Véronique~Véro Marie-Claire Anne-Sophie Juliette Camille Chloé Zoé Noémie Valérie~Val Isabelle~Isa
        Manon"""),
    men=words("""Jean-Pierre Jean-François François Frédéric~Fred Sébastien~Seb Grégoire~Greg Jérôme Rémi Loïc
        Benoît~Ben Nicolas~Nico Guillaume~Gui Christophe~Chris Olivier Théo Étienne Hervé Mathieu~Mat Cédric
        Luc"""),
    families=words("""Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre
        Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François
        Faure Rousseau Blanc Guérin Boyer Garnier Chevalier Müller Lacroix d'Alembert de_La_Tour Le_Gall"""),
)  # fmt: skip
SPANISH = Culture(
    "es", 9, (("ES", 1), ("MX", 1)), two_families=True, marries=False,
    women=words("""María~Mari Carmen Dolores~Lola Francisca~Paqui Josefina~Pepa Pilar Concepción~Concha Isabel~Isa
        Lucía Sofía Mercedes~Merche Guadalupe~Lupe Beatriz~Bea María_José~Marijose Ángela Inés Verónica~Vero
        Rocío"""),
    men=words("""José~Pepe Francisco~Paco|Fran Antonio~Toño Manuel~Manolo Jesús~Chus Ignacio~Nacho Enrique~Quique
        Guillermo~Guille Rafael~Rafa Javier~Javi Alejandro~Álex Luis Ángel Iván Andrés Ramón~Moncho José_Luis
        Juan_Carlos~Juanca Óscar Sergio"""),
    families=words("""García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz
        Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil
        Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez"""),
)  # fmt: skip
PORTUGUESE = Culture(
    "pt", 6, (("BR", 1),), two_families=True,
    women=words("""Ana_Paula Beatriz~Bia Fernanda~Nanda Gabriela~Gabi Juliana~Ju Mariana~Mari Patrícia~Pati Letícia
        Luíza Conceição Débora Cláudia Camila~Mila Vitória~Vivi Larissa~Lari Márcia Antônia Helena"""),
    men=words("""João José~Zé Francisco~Chico Eduardo~Edu|Dudu Rafael~Rafa Luís Antônio~Tonho Fernando~Nando
        Gustavo~Guga Leonardo~Leo Thiago Márcio Sérgio Vinícius~Vini Caio André Rodrigo~Digo João_Pedro"""),
    families=words("""Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins
        Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques
        Machado Mendes Freitas Cardoso Ramos Gonçalves Araújo Conceição"""),
)  # fmt: skip
ITALIAN = Culture(
    "it", 5, (("IT", 1),), marries=False,
    women=words("""Giuseppina~Pina Francesca~Franci|Checca Alessandra~Ale|Sandra Elisabetta~Betta Maria
        Martina~Marti Marina Giulia~Giuly Chiara Valentina~Vale Federica~Fede Antonella Noemi Lucia Beatrice~Bea
        Paola"""),
    men=words("""Giuseppe~Beppe|Peppe Francesco~Ciccio|Franco Alessandro~Ale|Sandro Giovanni~Gianni Luigi~Gigi
        Antonio~Tonino Domenico~Mimmo Roberto~Robi Vincenzo~Enzo Lorenzo~Renzo Niccolò~Nico Matteo Marco Davide"""),
    families=words("""Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti
        De_Luca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso
        Ferrara Galli Martini Leone Longo Gentile D'Angelo Nicolò Dalla_Costa"""),
)  # fmt: skip
POLISH = Culture(
    "pl", 6, (("PL", 1),),
    women=words("""Małgorzata~Gosia Katarzyna~Kasia Agnieszka~Aga Anna~Ania Joanna~Asia Barbara~Basia Ewa
        Magdalena~Magda Zofia~Zosia Łucja Elżbieta~Ela Aleksandra~Ola Natalia Żaneta Michalina~Misia Beata"""),
    men=words("""Stanisław~Staszek Andrzej Krzysztof~Krzysiek Tomasz~Tomek Paweł Michał Łukasz Piotr~Piotrek
        Aleksander~Olek Jan~Janek Jakub~Kuba Wojciech~Wojtek Marek Grzegorz~Grzesiek Zbigniew~Zbyszek Rafał"""),
    families=words("""Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak
        Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając
        Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski"""),
)  # fmt: skip
TURKISH = Culture(
    "tr", 5, (("TR", 1),),
    women=words("""Ayşe~Ayşegül Fatma Zeynep Elif Emine Büşra Gülşen Çiğdem Özlem Şule İrem Hatice Selin Defne
        Nurgül Sevgi Ceren"""),
    men=words("""Mehmet~Memo Mustafa~Mıstık Ahmet Ali Hüseyin İbrahim~İbo Süleyman~Sülo Oğuz Çağlar Emre Yiğit
        Gökhan Barış Serkan Ömer Tolga Cem"""),
    families=words("""Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan
        Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Güneş Aksoy Ünal Erdoğan Bulut Keskin Taş Avcı"""),
)  # fmt: skip
NORDIC = Culture(
    "sv", 4, (("SE", 1),),
    women=words("""Åsa Kristina~Stina Margareta~Greta Elisabeth~Lisa Birgitta~Gittan Märta Linnéa Annika Malin
        Ann-Marie Karin Ingrid Sofia~Fia Wilhelmina~Mina Bodil"""),
    men=words("""Göran Jörgen Lars~Lasse Nils~Nisse Björn~Nalle Håkan Åke Per-Erik Johan~Jojje Karl~Kalle Sven Mats
        Fredrik~Frippe Søren Bengt Anders~Adde"""),
    families=words("""Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson
        Pettersson Jonsson Lindström Lindqvist Sjöberg Bergström Åkerlund Håkansson Nyström Øverland Østergård
        Strömberg Björklund Hedlund Söderström Af_Ekenstam"""),
)  # fmt: skip
INDIAN = Culture(
    "in", 8, (("IN", 4), ("GB", 1), ("US", 1)),
    women=words("""Priyanka~Priya|Pri Lakshmi Deepika~Deepa Aishwarya~Aish Anjali~Anju Kavita Sunita Meenakshi~Meena
        Pooja Neha Shreya Divya Rajeshwari~Raji Fatima Gurpreet~Preeti Sneha Ananya~Anu Radhika"""),
    men=words("""Rajesh~Raj|Raju Suresh Venkatesh~Venkat|Venky Krishnamurthy~Krishna Siddharth~Sid Abhishek~Abhi
        Harpreet~Harry Vikram~Vicky Mohammed~Mohd Aditya~Adi Rahul Amit Sanjay~Sanju Arjun Manish Anil Rohan"""),
    families=words("""Sharma Kumar Singh Patel Gupta Reddy Iyer Nair Rao Khan Das Verma Joshi Mehta Shah Agarwal
        Chopra Banerjee Mukherjee Chatterjee Pillai Menon Desai Kulkarni Bhat Mishra Pandey Kaur Gill
        Subramaniam"""),
)  # fmt: skip
VIETNAMESE = Culture(
    "vi", 5, (("VN", 1),), family_first=True, marries=False,
    middle=words("Thị Văn"),
    women=words("""Hương Lan Mai Hồng Thảo Ngọc Phương Linh Trang Hạnh Nga Yến Thủy Hằng Nhung Bích Dung Tuyết"""),
    men=words("""Hùng Dũng Tuấn Minh Đức Nam Sơn Thành Long Quang Hải Cường Phúc Khánh Tùng Hiếu Việt Đạt"""),
    families=words("""Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ
        Ngô Dương Lý"""),
)  # fmt: skip
