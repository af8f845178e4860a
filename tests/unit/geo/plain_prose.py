"""Ordinary talk in which no place is named, though many of its words are towns somewhere."""

PROSE = {
    "en": """
Reading in bed is nice, but most of the time I fall asleep with the light on. My sister Charlotte
was born in March, and her husband Austin has a mobile shop that sells bread, salt and orange
juice. Lincoln and Jackson, their boys, wanted a bath. Of course nobody had cleaned the hall, so
Victoria called the man. Hope is a good breakfast, Mr Bolton said, and a bad supper. Sandy took
the
long way round the lake. When we got home, Florence had already put the kettle on. God, what a
day!
Mason said that he would march into the bank and ask for a loan. Young Dr Lancaster, who lives in
the old mill, told us about the Queen and her horses. Why do you want to go there? Because the sun
was out and the grass was green. Grace read the Bible. Chelsea won the match. Jordan and Paris,
the
twins, are in third grade. On Sunday we had turkey and Peking duck, with fine china on the table.
Then Kent asked whether Washington had crossed the river in winter, and Madison laughed.
""",
    "de": """
Heute Morgen bin ich früh aufgestanden, weil der Regen so laut gegen das Fenster schlug. Meine
Mutter hat Kaffee gekocht, und mein Bruder Martin war noch im Bad. Das Essen stand schon auf dem
Tisch, Brot, Käse und ein wenig Wurst. In Ruhe lesen kann man hier nie. Frau Hagen aus dem zweiten
Stock klopfte an die Tür, mit Singen und Lachen, und sagte, die Halle sei wieder voll Wasser. Nach
Hause wollte niemand. Das Feld hinter dem Haus ist groß, der Wald dahinter dunkel. Herr Kassel,
der
Arzt, kam mit seinem Wagen. Die Frist war um. Am Ende des Tages saßen alle im Garten, bei Wein und
Musik, und Sophie erzählte von der Schule. Der Hund lag im Moos und schlief. In Hast hatten wir
den
Schlüssel vergessen. Neue Schuhe brauchst du auch, sagte Großmutter, und einen Hut. Dann kam die
Nacht, und der Mond stand über dem Berg. In Gedanken war ich schon in der Stadt.
""",
    "fr": """
Ce matin, il faisait beau et nous avons marché le long de la rivière. Ma tante Angèle avait
préparé
un gâteau, et mon cousin Martin chantait dans la cuisine. Nous étions à table quand le téléphone a
sonné. Le roi est mort, vive le roi, disait toujours grand-père Laval. Les enfants ont couru
jusqu'au pont, puis ils sont revenus avec des fleurs. Madame Tours, la voisine, cherchait ses
lunettes. Elle voulait du pain, du sel et deux tranches de jambon. En été, la maison est
fraîche. En
hiver, on allume le feu. Claire a lu un livre entier, Vincent a dormi. Il faut que tu viennes,
disait-elle, sans quoi rien ne sera prêt. Le soir, la mer était calme, et nous avons compté les
étoiles. À propos, as-tu vu mon chapeau de paille d'Italie ?
""",
    "es": """
Ayer por la tarde salimos a caminar por el monte y vimos un zorro. Mi abuela Victoria preparó una
sopa con sal y limón, y mi primo Santiago trajo el pan. La casa tiene una puerta verde y un jardín
lleno de rosas. Don Mérida contaba historias de cuando era joven. En invierno hace frío, pero en
verano el agua está buena. La paz es lo más importante, decía Rosario, y la esperanza nunca se
pierde. Los niños jugaban en el río y Guadalupe cantaba. A veces pienso que la luz de la mañana es
la mejor. Toledo, el perro, dormía en la puerta. Hay que comprar leche, huevos y un poco de queso.
""",
    "it": """
Ieri sera abbiamo mangiato la pasta con il sale grosso e un bicchiere di vino. Mia zia Fiorenza ha
cantato una canzone, e il nonno si è addormentato sulla sedia. Il signor Ferrara ha perso le
chiavi
di casa. In estate andiamo al mare, in inverno restiamo qui. La luna era piena. Salerno, il gatto,
dormiva sul letto. Che bella giornata, ha detto Asia, e ha chiuso la porta. Poi abbiamo parlato di
lavoro, di scuola e di quanto costa il pane. Da grande voglio fare il medico, diceva Siena.
""",
    "sv": """
I morse vaknade jag tidigt och gick ut med hunden. Mamma hade kokat kaffe och lagt fram bröd och
ost. Det var kallt, men solen sken över sjön. Lund, vår granne, skottade snö och sjöng. Vi åt
middag klockan sex och pratade om skolan. Min bror Kalmar, som han kallas, ville hellre spela
boll.
På kvällen satt alla framför elden, och farfar berättade om kriget. Nu är det natt, och alla
sover.
En gång till, sa Borg, och kastade tärningen. Av alla dagar var det den bästa.
""",
    "nl": """
Vanmorgen ben ik vroeg opgestaan en heb ik koffie gezet. Mijn moeder zat al aan tafel met de
krant.
Buiten was het koud, maar de zon scheen op het water. Mevrouw Van Dam kwam langs met een taart.
Wij
hebben gelachen en gezongen, en de kinderen speelden in de tuin. Born, de hond, lag te slapen.
Meneer
Breda zocht zijn sleutels. In de zomer eten we buiten. Goed, zei vader, dan gaan we maar naar
huis.
""",
    "pl": """
Dzisiaj rano wstałem wcześnie i poszedłem po chleb. Mama gotowała zupę, a tata czytał gazetę. Pani
Warszawska z parteru śpiewała w kuchni. Most nad rzeką jest stary i piękny. Dzieci bawiły się w
ogrodzie, a pies spał pod stołem. W zimie jest zimno, w lecie chodzimy nad wodę. Pan Bielski
zgubił
klucze. Wieczorem siedzieliśmy przy ogniu i rozmawialiśmy o szkole. To był dobry dzień.
""",
    "pt": """
Hoje de manhã acordei cedo e fui comprar pão. A minha avó Vitória fez um bolo, e o meu primo
Santos
tocou viola. O rio estava calmo, e as crianças brincavam na areia. A dona Faro perdeu os
óculos. No
verão a água é boa, no inverno faz frio. Natal é a festa de que mais gosto. Conversamos sobre a
escola e sobre o preço do leite. Boa noite, disse Belém, e apagou a luz.
""",
    "tr": """
Bu sabah erken kalktım ve ekmek almaya gittim. Annem çay demledi, babam gazete okudu. Bahçede
çocuklar oynuyordu, köpek gölgede uyudu. Ordu hakkında konuştuk, sonra sustuk. Akşam olunca herkes
eve döndü. Deniz bugün çok güzel, dedi Aydın. Sonra ışıkları kapattık ve uyuduk.
""",
    "ru": """
Сегодня утром я рано проснулся и пошёл за хлебом. Мама варила суп, а отец читал газету.
Владимир, мой
брат, искал ключи. На улице было холодно, но солнце светило. Орёл кружил над полем. Дети играли во
дворе, собака спала под столом. Госпожа Орлова пела на кухне. Вечером мы сидели у огня и
говорили о
школе. Мир и покой, сказал дед, дороже золота. Зимой холодно, а летом мы ходим на реку.
""",
    "ar": """
استيقظت صباح اليوم مبكرا وذهبت لأشتري الخبز. كانت أمي تطبخ في المطبخ وكان أبي يقرأ الجريدة. لعب
الأطفال في الحديقة ونام الكلب تحت الشجرة. في المساء جلسنا معا وتحدثنا عن المدرسة وعن العمل. قال
جدي
إن السلام أهم شيء في الحياة. المدينة كبيرة والناس طيبون. ثم شربنا الشاي وذهب كل واحد إلى بيته.
""",
    "ja": """
今朝は早く起きて、パンを買いに行きました。母は台所で料理をして、父は新聞を読んでいました。庭では
子どもたちが遊び、犬は木の下で眠っていました。夕方になると、みんなで火のそばに座って、学校や仕事
の話をしました。平和がいちばん大切だと
祖父は言いました。山田さんと福島さん、それに長崎さんも来ました。その後、お茶を飲んで、静かに本を
読みました。
""",
    "zh": """
今天早上我很早就起床了,去买面包。妈妈在厨房做饭,爸爸在看报纸。孩子们在花园里玩,狗在树下睡觉。晚
上我们坐在一起,
谈学校和工作。爷爷说,和平和自由是最重要的。大家都希望平安、长寿。后来我们喝了茶,安安静静地看书。
东方的天空很美,
太阳慢慢地落下去了。这个问题很重要,我们应该认真考虑。
""",
    "ko": """
오늘 아침에 일찍 일어나서 빵을 사러 갔습니다. 어머니는 부엌에서 요리를 하시고 아버지는 신문을
읽으셨습니다. 아이들은
마당에서 놀고 개는 나무 아래에서 잤습니다. 저녁에는 모두 함께 앉아서 학교와 일에 대해
이야기했습니다. 김 선생님은 차를
마시고 조용히 책을 읽었습니다. 평화가 가장 중요하다고 할아버지가 말씀하셨습니다.
""",
    "hi": """
आज सुबह मैं जल्दी उठा और रोटी लेने गया। माँ रसोई में खाना बना रही थी और पिताजी अखबार पढ़ रहे
थे। बच्चे बगीचे में
खेल रहे थे, कुत्ता पेड़ के नीचे सो रहा था। शाम को हम सब साथ बैठे और स्कूल की बातें कीं। दादाजी
ने कहा कि शांति सबसे
ज़रूरी है। फिर हमने चाय पी और सब अपने घर चले गए।
""",
    "he": """
הבוקר קמתי מוקדם והלכתי לקנות לחם. אמא בישלה במטבח ואבא קרא עיתון. הילדים שיחקו בגינה והכלב ישן
מתחת
לעץ. בערב ישבנו יחד ודיברנו על בית הספר. סבא אמר שהשלום הוא הדבר החשוב ביותר. אחר כך שתינו תה
והלכנו
לישון.
""",
}
