"""Short help-desk sentences in eleven languages; every second one of a language was never looked at while tuning."""

_SENTENCES = {
    "cs": """
Nejde mi otevřít faktura ve formátu PDF
nemuzu se prihlasit do klientske zony
Dotaz na dodací lhůtu
kdy prijde muj balik
Žádost o vrácení peněz za objednávku
zapomnel jsem heslo k e-mailu
Tiskárna v účtárně zase netiskne
prosim o zaslani dokladu za rijen
Chybně vystavená faktura
nefunguje nam internet v kancelari
Dobrý den, zboží dorazilo poškozené
jak mam zmenit fakturacni adresu
Storno objednávky č. 20261107
porad cekam na odpoved
Neodesílají se e-maily z Outlooku
muzete nam prosim zvysit limit
Děkuji za rychlé vyřízení
vypadek serveru od rana
Ztratil jsem přístup k účtu
potrebujeme novy notebook pro kolegu
Výpověď smlouvy
spatne nactena cena v kosiku
""",
    "sk": """
Neviem sa prihlásiť do svojho účtu
kedy pride moj balik
Žiadosť o vrátenie peňazí
zabudol som heslo k e-mailu
Tlačiareň v učtárni zase netlačí
prosim o zaslanie faktury za oktober
Nesprávne vystavená faktúra
nefunguje nam internet v kancelarii
Dobrý deň, tovar prišiel poškodený
ako mam zmenit fakturacnu adresu
Storno objednávky číslo 20261107
stale cakam na odpoved
Neodosielajú sa e-maily z Outlooku
mozete nam prosim zvysit limit
Ďakujem za rýchle vybavenie
vypadok servera od rana
Stratil som prístup k účtu
potrebujeme novy notebook pre kolegu
""",
    "hr": """
ne radi internet treba nam racun
Ne mogu se prijaviti u sustav
kada stize moja narudzba
Zahtjev za povrat novca
zaboravila sam lozinku za e-mail
Pisač u računovodstvu opet ne ispisuje
molim dostavu racuna za listopad
Pogrešno izdan račun
ne radi nam mreza u uredu
Dobar dan, roba je stigla oštećena
kako promijeniti adresu za dostavu racuna
Otkazivanje narudžbe broj 20261107
jos uvijek cekam odgovor
Poruke se ne šalju iz Outlooka
mozete li nam povecati limit
Zahvaljujem na brzom rješenju
posluzitelj ne radi od jutros
Izgubio sam pristup računu
trebamo novo racunalo za kolegicu
Raskid ugovora
kriva cijena u kosarici
Upit o računu br. 20261107
""",
    "sl": """
Ne morem se prijaviti v sistem
kdaj pride moje narocilo
Zahtevek za vračilo denarja
pozabila sem geslo za e-posto
Tiskalnik v računovodstvu spet ne tiska
prosim za posiljanje racuna za oktober
Napačno izstavljen račun
v pisarni nam ne dela internet
Pozdravljeni, blago je prispelo poškodovano
kako lahko spremenim naslov za racun
Preklic naročila številka 20261107
se vedno cakam na odgovor
Sporočila se ne pošiljajo iz Outlooka
ali nam lahko povecate omejitev
Hvala za hitro rešitev
streznik ne deluje od jutra
Izgubil sem dostop do računa
potrebujemo nov racunalnik za sodelavko
""",
    "en": """
I cannot open the invoice you sent
when will my parcel arrive
Refund request for order 20261107
forgot my e-mail password
The printer in accounting is down again
please send me the receipt for October
Wrong amount on the invoice
our office internet is not working
Hello, the goods arrived damaged
how do I change the billing address
Cancel my order
still waiting for an answer
Outlook does not send e-mails
could you raise our limit please
Thank you for the quick fix
server down since this morning
""",
    "de": """
Ich kann die Rechnung nicht öffnen
wann kommt mein paket
Rückerstattung für Bestellung 20261107
passwort fuer e-mail vergessen
Der Drucker in der Buchhaltung druckt nicht
bitte um zusendung der rechnung fuer oktober
Falscher Betrag auf der Rechnung
unser internet im buero geht nicht
Guten Tag, die Ware kam beschädigt an
wie aendere ich die rechnungsadresse
Bestellung stornieren
warte immer noch auf antwort
""",
    "pl": """
Nie mogę otworzyć faktury
kiedy przyjdzie moja paczka
Zwrot pieniędzy za zamówienie
zapomnialam hasla do poczty
Drukarka w księgowości znowu nie drukuje
prosze o przeslanie faktury za pazdziernik
Błędna kwota na fakturze
nie dziala nam internet w biurze
Dzień dobry, towar przyszedł uszkodzony
jak zmienic adres do faktury
Rezygnacja z umowy
nadal czekam na odpowiedz
""",
    "hu": """
Nem tudom megnyitni a számlát
mikor erkezik meg a csomagom
Visszatérítést kérek a rendelésemre
elfelejtettem az e-mail jelszavamat
A nyomtató a könyvelésen megint nem nyomtat
kerem kuldjek el az oktoberi szamlat
Hibás összeg a számlán
nem mukodik az internet az irodaban
Jó napot, az áru sérülten érkezett
hogyan tudom modositani a szamlazasi cimet
""",
    "it": """
Non riesco ad aprire la fattura
quando arriva il mio pacco
Richiesta di rimborso per l'ordine
ho dimenticato la password della posta
La stampante in contabilità non stampa
vi prego di inviarmi la fattura di ottobre
Importo sbagliato sulla fattura
non funziona internet in ufficio
Buongiorno, la merce è arrivata danneggiata
come cambio l'indirizzo di fatturazione
""",
    "fr": """
Je n'arrive pas à ouvrir la facture
quand arrive mon colis
Demande de remboursement de ma commande
mot de passe oublie pour la messagerie
L'imprimante de la comptabilité n'imprime plus
merci de m'envoyer la facture d'octobre
Montant erroné sur la facture
internet ne marche pas au bureau
Bonjour, la marchandise est arrivée abîmée
comment changer l'adresse de facturation
""",
    "es": """
No puedo abrir la factura
cuando llega mi paquete
Solicitud de reembolso del pedido
olvide la contrasena del correo
La impresora de contabilidad no imprime
por favor envienme la factura de octubre
Importe equivocado en la factura
no funciona internet en la oficina
Buenos días, la mercancía llegó dañada
como cambio la direccion de facturacion
""",
}


def _halves(which: int) -> list[tuple[str, str]]:
    return [
        (language, line)
        for language, block in _SENTENCES.items()
        for at, line in enumerate(block.strip().splitlines())
        if at % 2 == which
    ]


TUNING = _halves(0)
HELD_OUT = _halves(1)
