"""Words by which a language shows in a few lines of help-desk mail; one block a language, written with their accents.

Not a dictionary: function words first, then what people write to a help desk, above all where near languages differ (Czech and
Slovak, Croatian and Slovene). The words also teach `detect` which letters follow each other in a language.
"""

WORDS = {
    "cs": """
a i ale ani až aby asi bez bude budu budou budeme by bych bychom byl byla bylo byli být co což či dál dále další dnes do dobrý
den dobré ráno odpoledne děkuji děkuju díky děkujeme hned hezký ho jak jako jaký jaké je jeho její jejich jen jenom jestli
ještě jemu již já jsem jsi jsme jsou jste k kam kde kdo kdy když ke kolik konečně která které kterou který kteří kvůli ma má
mám máme mají máte mé mi místo mně mne mnou může můžete můžeme můžu mohu mohl mohla mohli muset musím mít můj moje na nad nám
náš naše našeho našim naší ne nebo nebyl nebyla nebude nefunguje nefungují nejde nejsou není nemám nemáme nemohu nemůžu
nemůžeme nešlo nic nijak než o od on ona oni ono pak po pod podle pokud pořád pouze pro proč prosím prosíme proto protože před
při pozdrav pozdravem přátelským úctou s se si sice skoro snad stále své svůj ta tady tak také taky takže tam te tedy ten
tento této tím to tohoto tom tomu toto tu už u v vás vám vámi váš vaše vaši vašeho vaší včera ve velmi více však všechno
všechny všichni vůbec vy z za zatím zda ze zpět že zítra zdravím žádám žádost chci chceme chtěl chtěla chtěli potřebuji
potřebujeme potřeboval potřebovala potřebovat posílám posíláme poslat pošlete zaslat zašlete obdržel obdržela obdrželi dostal
dostala dostat dostávám otevřít otevře stáhnout stažení uložit přihlásit přihlášení odhlásit registrace zaregistrovat heslo
hesla hesle účet účtu účtem faktura faktury fakturu faktuře fakturou fakturace zaplatit zaplaceno zaplatil platba platbu
platby platbou peníze vrácení vrátit vrátili reklamace reklamaci reklamovat objednávka objednávku objednávky objednat objednal
objednala zboží balík balíček dodání doručení doručit doprava dopravu zásilka zásilku zásilky sklad zrušit zrušení změna
změnit změnu adresa adresu adresy údaje číslo smlouva smlouvu smlouvy tiskárna tiskárnu tiskne tisknout počítač počítače
notebook obrazovka obrazovku myš síť připojení připojit server chyba chybu chyby chybová hláška hlášku problém problémy oprava
opravit opravu nastavení nastavit aktualizace soubor soubory souboru formátu příloha přílohu příloze zpráva zprávu zprávy
dotaz dotazy otázka odpověď odpovědět pomoc pomoci pomoct pomozte poradit podpora podporu stránka stránky stránce tlačítko
zobrazit zobrazuje program aplikace aplikaci verze nový nová nové novou starý špatně špatný správně funguje fungovat funguji
hodin hodiny týden týdny měsíc měsíce rok roku minulý příští pondělí úterý středa čtvrtek pátek víkend schůzka cena cenu ceny
nabídka nabídku sleva termín ihned urgentní rychle nelze jde jdou udělat dělám dělat vidím vidět píše napsat zavolat volat
telefon mobil zákazník zákazníka firma firmy práce obnovit zapomněl zapomenuté zablokovaný zablokované odblokovat přístup
oprávnění uživatel uživatele jméno poslal poslala poslali prošel dorazil dorazila dorazilo přišel přišla přišlo nepřišel
nepřišla nepřišlo nedorazil nedorazila chybí vadný poškozený rozbitý rozbitá
""",
    "sk": """
a aj ale ani až aby asi bez bude budem budú budeme by bol bola bolo boli byť čo či ďalej ďalší ďalšie dnes do dobrý deň dobré
ráno popoludní ďakujem ďakujeme vďaka hneď pekný ho ako aký aké je jeho jej ich len iba ak ešte jemu ja som si sme sú ste k ku
kam kde kto kedy keď koľko konečne ktorá ktoré ktorú ktorý ktorí kvôli má mám máme majú máte mi miesto mne mnou môže môžete
môžeme môžem mohol mohla mohli musieť musím mať môj moja moje na nad nám náš naše nášho našim našej nie alebo nebol nebola
nebude nefunguje nefungujú nejde niesú nemám nemáme nemôžem nemôžeme nešlo nič nijako než o od on ona oni ono potom po pod
podľa pokiaľ stále pre prečo prosím prosíme preto pretože pred pri pozdrav pozdravom priateľským úctou s so sa síce skoro snáď
svoje svoj tá tu tak tiež takže tam teda ten tento tejto tým to tohto tom tomu toto už u v vás vám vami váš vaše vaši vášho
vašej včera vo veľmi viac však všetko všetky všetci vôbec vy z za zatiaľ zo späť že zajtra zdravím žiadam žiadosť chcem chceme
chcel chcela chceli potrebujem potrebujeme potreboval potrebovala potrebovať posielam posielame poslať pošlite zaslať zašlite
obdržal obdržala obdržali dostal dostala dostať dostávam otvoriť otvorí stiahnuť stiahnutie uložiť prihlásiť prihlásenie
odhlásiť registrácia zaregistrovať heslo hesla hesle účet účtu účtom faktúra faktúry faktúru faktúre faktúrou fakturácia
zaplatiť zaplatené zaplatil platba platbu platby platbou peniaze vrátenie vrátiť vrátili reklamácia reklamáciu reklamovať
objednávka objednávku objednávky objednať objednal objednala tovar balík balíček dodanie doručenie doručiť doprava dopravu
zásielka zásielku zásielky sklad zrušiť zrušenie zmena zmeniť zmenu adresa adresu adresy údaje číslo zmluva zmluvu zmluvy
tlačiareň tlačiarne tlačí tlačiť počítač počítača notebook obrazovka obrazovku myš sieť pripojenie pripojiť server chyba chybu
chyby chybová hláška hlášku problém problémy oprava opraviť opravu nastavenie nastaviť aktualizácia súbor súbory súboru
formáte príloha prílohu prílohe správa správu správy dotaz otázka otázky odpoveď odpovedať pomoc pomôcť pomôžte poradiť
podpora podporu stránka stránky stránke tlačidlo zobraziť zobrazuje program aplikácia aplikáciu verzia nový nová nové novú
starý zle zlý správne funguje fungovať hodín hodiny týždeň týždne mesiac mesiace rok roka minulý budúci pondelok utorok streda
štvrtok piatok víkend stretnutie cena cenu ceny ponuka ponuku zľava termín ihneď urgentné rýchlo nedá dá urobiť robím robiť
vidím vidieť píše napísať zavolať volať telefón mobil zákazník zákazníka firma firmy práca práce nieje obnoviť zabudol
zabudnuté zablokovaný zablokované odblokovať prístup oprávnenia používateľ používateľa meno poslal poslala poslali došiel
došla došlo nedošiel nedošla nedošlo prišiel prišla prišlo neprišiel neprišla neprišlo chýba chybný poškodený rozbitý rozbitá
""",
    "hr": """
a i ali ako bez bi bih bismo bio bila bilo bili biti bit će ću ćemo ćete budu bude budem budemo cijeli čak često da dakle dan
danas do dobar dobro dobili dobila dobio dok dolje drugi gdje god gore hvala hitno iako ih ikad ili ima imam imamo imaju imate
im iz između iza ja je jedan jedna jedno jednom jer jesam jesmo jesu jeste još juče jučer kad kada kako kakav kao koja koje
kojeg kojem koji kojim koju kod koliko koristiti kroz li lijep lijepi lijepo lp malo me mene meni mi mnogo mogu može možemo
možete možda moguće mogao mogla mogli moj moja moje moju moram moramo molim molimo mora na nad nadam nakon nam nama nas naš
naša naše našu našeg naši ne neki neke neka nego nekoliko nema nemam nemamo nemojte netko ni nije nisam nisi nismo nisu ništa
niti no o od odmah on ona oni ono opet ovo ovaj ova ove ovu ovdje ovog osim po pod poštovani poštovana poštovanje poštovanjem
pozdrav pozdravi prema preko pri prije radi rade radimo s sa sada sam samo se si što šta smo srdačan srdačno ste su sutra sve
svi svoj svoju također tako taj ta te tek to tog tom treba trebam trebamo trebate trebao tu u unaprijed upravo uz već vam vama
vas vaš vaša vaše vašeg vašu vaši van vi više vrlo za zašto zbog znate znam želim želimo želio htio htjela šaljem šaljemo
poslati poslao poslala poslali pošaljite primiti primio primili primila dobiti otvoriti otvara preuzeti spremiti prijaviti
prijava prijavu prijavljen odjaviti registracija registrirati lozinka lozinku lozinke zaporka zaporku račun računa računu
račune računi računom faktura fakturu platiti plaćanje plaćeno plaćen uplata uplatu uplatio novac povrat vratiti reklamacija
reklamaciju narudžba narudžbu narudžbe naručiti naručio naručila roba robu paket paketa dostava dostavu isporuka isporuku
skladište otkazati otkazivanje promjena promjenu promijeniti adresa adresu adrese podaci podatke podataka broj ugovor ugovora
pisač pisača printer ispis ispisuje računalo računala laptop zaslon ekran miš mreža mreže veza vezu povezati spojiti
poslužitelj server greška grešku greške pogreška pogrešku problem problema popravak popraviti postavke postaviti ažuriranje
datoteka datoteku datoteke prilog privitak privitku poruka poruku poruke upit upita pitanje pitanja odgovor odgovoriti pomoć
pomoći pomozite podrška podršku stranica stranicu stranice gumb prikazati prikazuje program aplikacija aplikaciju aplikacije
verzija nova novi novo novu stari loše krivo ispravno sati sat tjedan tjedna mjesec mjeseca mjesečni godina godine prošli
sljedeći ponedjeljak utorak srijeda četvrtak petak vikend sastanak cijena cijenu cijene ponuda ponudu popust rok brzo
napraviti raditi vidim vidi vidjeti piše napisati nazvati zvati telefon mobitel korisnik korisnika tvrtka tvrtke firma posao
obnoviti zaboravio zaboravila zaboravljena zaključan blokiran pristup ovlasti ime stigao stigla stiglo došao došla nedostaje
neispravan oštećen pokvaren pokvarena kupiti kupio kupila kupac uređaj ugasiti uključiti
""",
    "sl": """
a in ali ampak ako bi bil bila bilo bili biti bo bom bomo boste bodo brez cel čeprav če čez da danes dan do dober dobro dobil
dobila dobili dokler dol drugi dve en ena eno gre gremo hvala ima imam imamo imajo imate iz izmed ja jaz je jih jim jo ju
jutri kaj kakšen kakšna kako kam kar kateri katera katero kdaj kdo ker kje ki kljub ko koliko kot k h lahko lep lepo lepi lp
le malo me med mene meni mi mnogo moj moja moje mojo mora moram moramo morda morem moremo more na nad najlepša nam nami nas
naš naša naše našega našo ne nekaj neki nekateri nekdo ni nič nihče nimam nimamo nima nisem nismo niso niste niti no nova novi
novo o ob od odlično on ona oni oziroma pa po pod podatke poleg potem pozdrav pozdravljeni potrebno potrebujem potrebujemo
potrebuje preko pred predvsem prej pri pridem prijazno prosim prosimo proti res s sam samo se sedaj sem si smo so spet
spoštovani spoštovana spoštovanjem ste sva svoj svojo še ta tako takoj takrat tam te teh tega tem temu ter ti to toda torej
tudi tukaj u v vaš vaša vaše vašega vašo vaši vam vami vas včeraj več vedno vem vendar ves vi vsak vse vsi vso z za zakaj
zaradi zato zdaj zelo že želim želimo želel želela rad rada radi pošiljam pošiljamo poslati poslal poslala poslali pošljite
prejel prejela prejeli prejeti dobiti odpreti odpre prenesti shraniti prijaviti prijava prijavo prijavljen odjaviti
registracija registrirati geslo gesla gesel račun računa računu račune računi računom faktura fakturo plačati plačilo plačila
plačano plačal plačala nakazilo denar vračilo vrniti vrnitev reklamacija reklamacijo naročilo naročila naročiti naročil blago
paket paketa dostava dostavo pošiljka pošiljko skladišče preklicati preklic sprememba spremembo spremeniti naslov naslova
naslovu podatki podatkov številka številko pogodba pogodbo pogodbe tiskalnik tiskalnika tiska tiskati računalnik računalnika
prenosnik zaslon miška omrežje povezava povezavo povezati strežnik napaka napako napake težava težave težavo problem popravilo
popraviti nastavitve nastaviti posodobitev datoteka datoteko datoteke priponka priponko priponki sporočilo sporočila vprašanje
vprašanja odgovor odgovoriti pomoč pomoči pomagati pomagajte podpora podporo stran strani spletna spletni gumb prikazati
prikaže program aplikacija aplikacijo aplikacije različica stari slabo narobe pravilno deluje delujejo delovati dela ur ura
uro teden tedna mesec meseca mesečni leto leta prejšnji naslednji ponedeljek torek sreda četrtek petek vikend sestanek cena
ceno cene ponudba ponudbo popust rok nujno hitro narediti delati vidim vidi videti piše napisati poklicati klicati telefon
mobilni uporabnik uporabnika podjetje podjetja delo obnoviti pozabil pozabila pozabljeno zaklenjen blokiran dostop pravice ime
prispel prispela prispelo prišel prišla manjka pokvarjen pokvarjena poškodovan okvara kupiti kupil kupila kupec stranka
naprava izklopiti vklopiti mogoče
""",
    "pl": """
a aby ale albo ani bardzo bez bo będą będzie być był była było były by chcę chcemy chciałbym chciałabym ci co coś czego czy
czym czemu dla dlaczego do dobry dzień dziękuję dziękujemy dzięki dziś dzisiaj gdy gdzie go i ich ile im inne iż ja jak jaki
jakie jako je jego jej jest jestem jesteśmy jeszcze jeśli jeżeli już kiedy kto która które którego której który którym ktoś ku
lub ma mam mamy mają mi mnie mną mogę może możecie możemy mój moja moje moją musi muszę na nad nam nami nas nasz nasza nasze
naszej nie niej nic nim niż no o od on ona oni ono oraz państwo państwa państwu pan pani po pod ponieważ poza pozdrawiam
pozdrowienia poważaniem proszę prosimy prosił przed przede przez przy się są skąd sobie sposób swoje ta tak także tam te tego
tej ten teraz też to tu tutaj tych tylko tym u w we wam was wasz wasza wczoraj więc wszystko wszystkie z za żaden że jutro
potrzebuję potrzebujemy wysyłam wysłać wysłałem wysłałam prześlij przesłać otrzymać otrzymałem otrzymałam dostałem otworzyć
otwiera pobrać zapisać zalogować logowanie logowania hasło hasła konto konta kontem faktura faktury fakturę fakturą zapłacić
zapłacone płatność płatności przelew pieniądze zwrot zwrócić reklamacja reklamację zamówienie zamówienia zamówić zamówiłem
towar paczka paczki dostawa dostawę przesyłka przesyłki magazyn anulować anulowanie zmiana zmienić adres adresu dane numer
umowa umowy drukarka drukarki drukuje drukować komputer komputera laptop ekran mysz sieć połączenie połączyć serwer błąd błędu
błędy problem problemy naprawa naprawić ustawienia ustawić aktualizacja plik pliki pliku załącznik załącznika wiadomość
wiadomości zapytanie pytanie pytania odpowiedź odpowiedzieć pomoc pomocy pomóc wsparcie strona strony stronie przycisk
wyświetla program aplikacja aplikacji aplikację wersja nowy nowa nowe stary źle działa działają działać godzin tydzień miesiąc
rok roku poniedziałek wtorek środa czwartek piątek spotkanie cena ceny oferta ofertę rabat termin pilne szybko zrobić widzę
pisze napisać zadzwonić telefon klient klienta firma firmy praca odzyskać zapomniałem zapomniałam zablokowane dostęp
użytkownik imię przyszła przyszedł przyszło doszła brak uszkodzony zepsuty można nadal
""",
    "de": """
aber alle allem allen alles als also am an andere auch auf aus bei beim bereits bin bis bitte bitten da dabei damit danke
dankeschön dann das dass dem den denn der des dich die dies diese diesem diesen dieser dieses doch dort du durch ein eine
einem einen einer eines er es etwas euch euer für ganz gegen gerade gern gerne geht gehen gibt gestern grüße grüßen guten tag
hallo hat hatte haben habe heute hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ist ja jede jetzt kann kein
keine keinen können könnte könnten konnte leider liebe mal man mehr mein meine meinem meinen meiner mich mir mit mittlerweile
möchte möchten morgen muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr geehrte geehrter damen herren sein
seine seit sich sie sind so sobald soll sollte sondern über um und uns unser unsere unter viele vielen viel vom von vor war
waren warum was weder wegen weil wenn wer werden wie wieder will wir wird wo wurde würde würden zu zum zur zwar zwischen
freundlichen brauche benötige benötigen schicken senden gesendet geschickt erhalten bekommen öffnen herunterladen speichern
anmelden anmeldung einloggen abmelden registrierung passwort kennwort konto rechnung rechnungen rechnungsnummer bezahlen
bezahlt zahlung überweisung geld rückgabe rückerstattung reklamation bestellung bestellen bestellt ware paket lieferung
geliefert versand sendung lager stornieren stornierung änderung ändern adresse daten nummer vertrag drucker druckt drucken
rechner computer bildschirm maus netzwerk verbindung verbinden server fehler fehlermeldung problem probleme reparatur
reparieren einstellungen einstellen aktualisierung datei dateien anhang nachricht anfrage frage fragen antwort antworten hilfe
helfen unterstützung seite seiten knopf anzeigen angezeigt programm anwendung version neu neue neuen alt falsch richtig
funktioniert funktionieren stunden woche monat jahr montag dienstag mittwoch donnerstag freitag termin preis preise angebot
rabatt dringend schnell machen sehe sehen schreiben anrufen telefon handy kunde kunden firma arbeit vergessen gesperrt zugang
zugriff benutzer name angekommen fehlt defekt beschädigt kaputt zurücksetzen
""",
    "en": """
a about after again all also am an and any are as at back be because been before being but by can can't cannot could couldn't
did didn't do does doesn't don't done down each even ever every few for from get gets getting give go good got had has have
haven't he hello her here hi him his how i i'm if in into is isn't it it's its just keep kind kindly last like long make many
may me might month more most much must my need needs never new next no not nothing now of off on once one only open opening or
order other our out over own please regards same send sending sent she should since so some soon still stop such thank thanks
than that the their them then there these they thing this those through time to today tomorrow too trying try two under until
up us use used user users very want wanted was wasn't we were what when where which while who why will with without won't work
working works would year yes yesterday yet you your yours account accounts password reset login log sign signed invoice
invoices bill billing pay paid payment payments refund money return returned charged charge card delivery delivered shipping
shipment parcel package tracking cancel cancelled change address details number contract subscription printer print printing
computer laptop screen mouse network connection connect server error errors message messages issue issues problem problems fix
fixed broken damaged missing update updated file files format attachment attached email mail question query answer help
support page website site button show shows download install app application version wrong access locked blocked forgot
customer company received receive receiving arrived urgent quickly price quote offer discount meeting week day days hours
phone call settings able unable
""",
    "hu": """
a az azt ez ezt egy és is ha hogy nem ne van volt lesz lenne legyen vagy vagyok vagyunk vannak de mert meg már még csak mint
mi mit miért mikor hol hogyan ki kit akkor amikor ami amit aki ahol itt ott most ma tegnap holnap én te ő ti ők engem nekem
neki nekünk velem önök ön önnek önt kérem kérjük kérném kérnék köszönöm köszönjük köszönettel tisztelt üdvözlettel üdvözlöm jó
napot kívánok szia sziasztok tudok tudom tudja tudnak tudnánk lehet lehetséges kell kellene szeretném szeretnék szeretnénk
akarok nincs nincsenek sem semmi minden mindig nagyon igen vissza után előtt alatt között szerint miatt miatti nélkül által
felé óta ezen azon erre arra ezzel azzal ebben abban küldöm küldjük küldeni küldtem küldték kaptam kapni kaptunk megkaptam
megnyitni nyitni letölteni menteni bejelentkezni bejelentkezés belépni belépés jelszó jelszavam jelszót fiók fiókom fiókot
számla számlát számlák számlám fizetni fizetés fizettem kifizetve pénz visszatérítés visszaküldés reklamáció rendelés
rendelésem rendelést rendeltem megrendelés áru csomag csomagot szállítás kiszállítás raktár lemondani lemondás módosítás
módosítani cím címet adatok szám száma szerződés nyomtató nyomtatni nyomtat számítógép gép képernyő egér hálózat kapcsolat
kapcsolódni szerver hiba hibát hibaüzenet probléma javítás javítani beállítás beállítani frissítés fájl fájlt melléklet
mellékletet üzenet üzenetet kérdés kérdésem válasz válaszolni segítség segíteni segítsenek támogatás oldal oldalt gomb program
alkalmazás verzió új régi rossz rosszul működik működnek óra hét hónap év hétfő kedd szerda csütörtök péntek ár árajánlat
kedvezmény határidő sürgős gyorsan csinálni látom írni hívni telefon ügyfél cég munka elfelejtettem zárolt hozzáférés
felhasználó név érkezett megérkezett hiányzik hibás sérült törött
""",
    "it": """
a ad al alla alle ai agli anche ancora avere avete abbiamo ho hai ha hanno bene buongiorno buonasera c'è che chi ci ciao come
con cosa così cui da dal dalla dalle dei del della delle dello di dopo dove due e ed è era essere fa fare fatto fino grazie
gli i il in io la le lei li lo loro ma me mi mia mie miei mio molto ne nei nel nella nelle nessun nessuna niente noi non
nostra nostro nostri o oggi ogni ora per però perché più poi posso possiamo può potete potrei potrebbe prima qual quale quando
quanto quella quello questa queste questi questo qui saluti cordiali distinti salve se sei senza si sia siamo sono sta stato
su sua sue suo sul sulla tra tutti tutto un una uno vi voi vorrei vorremmo vostra vostro ieri domani già bisogno ricevere
ricevuto ricevuta inviare inviato invio mandare aprire apre scaricare salvare accedere accesso password registrazione conto
account fattura fatture fatturazione pagare pagato pagamento bonifico soldi rimborso restituire reso reclamo ordine ordini
ordinato merce pacco consegna spedizione magazzino annullare annullamento cambiare modifica modificare indirizzo dati numero
contratto stampante stampa stampare computer schermo mouse rete connessione collegare server errore errori problema problemi
riparazione riparare impostazioni aggiornamento file allegato messaggio richiesta domanda domande risposta rispondere aiuto
aiutare assistenza pagina sito pulsante visualizza programma applicazione versione nuovo nuova vecchio sbagliato funziona
funzionano funzionare ore settimana mese anno lunedì martedì mercoledì giovedì venerdì riunione prezzo offerta preventivo
sconto urgente subito vedo scrivere chiamare telefono cliente azienda lavoro recuperare dimenticato bloccato utente nome
arrivato arrivata manca difettoso danneggiato rotto riesco riesce
""",
    "fr": """
a à ai aucun aucune au aussi aux avant avec avez avoir avons bien bonjour bonsoir c'est ça car ce ceci cela celle celui ces
cet cette comme comment d'un d'une dans de depuis des deux dès dois donc du elle elles en encore entre est et été être eu fait
faire hier ici il ils j'ai je jamais jour la le les leur leurs lors lui ma mais me mes merci mon même moi n'ai n'est ne ni nos
notre nous on ont or ou où par parce pas peu peut peux plus plusieurs pour pourquoi pourriez pouvez pouvons puis quand que
quel quelle qu'il qui quoi s'il sa sans se sera ses si son sont souhaite souhaitons sous sur ta te tes toi ton toujours tout
tous toute très trop tu un une veuillez vos votre vous voudrais vraiment y aujourd'hui demain cordialement salutations madame
monsieur plaît besoin recevoir reçu reçue envoyer envoyé envoi ouvrir ouvre télécharger enregistrer connecter connexion
identifiant mot passe compte facture factures facturation payer payé paiement virement argent remboursement rembourser retour
réclamation commande commandé commander marchandise colis livraison livré expédition entrepôt annuler annulation changer
modification modifier adresse données numéro contrat imprimante imprime imprimer ordinateur écran souris réseau serveur erreur
erreurs problème problèmes réparation réparer paramètres mise fichier fichiers pièce jointe message demande question questions
réponse répondre aide aider assistance page site bouton affiche programme application version nouveau nouvelle ancien mauvais
marche fonctionne fonctionnent heures semaine mois année lundi mardi mercredi jeudi vendredi réunion prix offre devis remise
urgent rapidement vois écrire appeler téléphone client entreprise travail récupérer oublié bloqué accès utilisateur nom arrivé
arrivée manque défectueux endommagé cassé arrive
""",
    "es": """
a al algo algún alguna ahora antes aún aunque así ayer bien buenos buenas días tardes cada como cómo con cual cuando cuándo
cuánto de del desde donde dónde dos durante e el él ella ellos en entre era es esa ese eso esta está están estamos este esto
estoy fue gracias ha hace hacer han has hasta hay he hemos hola hoy la las le les lo los mañana más me mi mis mientras mismo
muchas mucho muy nada ni ningún ninguna no nos nosotros nuestra nuestro o os otra otro para pero poco podemos podría podrían
por porque posible pueda puede pueden puedo pues que qué quiero queremos quisiera quién se sea según ser si sí sido sin sobre
solo sólo son soy su sus también tan te tengo tenemos tiene tienen todavía todo todos tu un una uno usted ustedes va vamos y
ya yo saludos saludo atentamente estimado estimados favor necesito necesitamos recibir recibido enviar enviado envío abrir
abre descargar guardar iniciar sesión acceder acceso contraseña registro cuenta factura facturas facturación pagar pagado pago
transferencia dinero reembolso devolver devolución reclamación pedido pedidos mercancía paquete entrega almacén cancelar
cancelación cambiar cambio dirección datos número contrato impresora imprime imprimir ordenador computadora pantalla ratón red
conexión conectar servidor error errores problema problemas reparación reparar ajustes configuración actualización archivo
archivos adjunto mensaje solicitud consulta pregunta preguntas respuesta responder ayuda ayudar soporte página sitio botón
muestra programa aplicación versión nuevo nueva viejo mal funciona funcionan funcionar horas semana mes año lunes martes
miércoles jueves viernes reunión precio oferta presupuesto descuento urgente rápido veo escribir llamar teléfono móvil cliente
empresa trabajo recuperar olvidado olvidé bloqueado bloqueada usuario nombre llegado llegó falta defectuoso dañado roto
""",
}
