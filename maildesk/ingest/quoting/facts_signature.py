"""What signatures, device lines and disclaimers say, in many languages; phrases are separated by `;`, devices by spaces."""

DEVICES = """
acompli airmail android androida androidu aol appareil apple blackberry bluemail cell cellphone cellulare celular celulare
cloudmagic device dispositiu dispositivo edison enhed enhet galaxy gerät gmail gsm handheld handy hey honor hotmail htc
huawei ios ipad ipada ipadu iphone iphone-a iphone-om iphonea iphoneom iphoneu iphonom iphonu ipod készülékemről lg lumia
mail maila mailbox mailu mobil mobile mobilem mobilnega mobilni mobilnog mobilního mobilnej mobiltelefon mobiltelefonom mobilu
mobily mobitel mobitela mobiteli motorola móvil naprave newton nokia oneplus oppo orange outlook pda phone pixel pocketpc poco
poczta portable proton protonmail realme redmi samsung smartfon smartfona smartfonu smartphone smartphonu sony spark sparrow
superhuman tablet tableta tabletu telefon telefona telefonas telefone telefono telefonom telefonomról telefonu telefoon
telefoonu telemóvel thunderbird touchmail treo tutanota typeapp téléphone uređaja verizon vodafone windows wp xiaomi xperia
yahoo zariadenia zařízení айфона мобилен мобильного пристрою телефон телефона телефону устройства
"""

CLOSINGS = """
best regards; kind regards; regards; warm regards; best wishes; sincerely; yours sincerely; yours faithfully; cheers;
thanks; thank you; many thanks; best; with regards; with best regards; all the best; cordially; s pozdravem; s přátelským
pozdravem; s úctou; hezký den; pěkný den; zdraví; děkuji; děkujeme; díky; srdečně; s pozdravom; s úctou; ďakujem; pekný deň;
lijep pozdrav; srdačan pozdrav; s poštovanjem; pozdrav; lp; hvala; srdačno; lep pozdrav; s spoštovanjem; hvala in lep
pozdrav; mit freundlichen grüßen; mfg; viele grüße; freundliche grüße; beste grüße; liebe grüße; mit besten grüßen; gruß;
danke; herzliche grüße; vielen dank; z poważaniem; pozdrawiam; serdecznie pozdrawiam; dziękuję; üdvözlettel; tisztelettel;
köszönettel; köszönöm; cordiali saluti; distinti saluti; saluti; grazie; un saluto; cordialement; bien cordialement;
salutations; bien à vous; merci; meilleures salutations; sincères salutations; saludos; un saludo; saludos cordiales;
gracias; atentamente; cordialmente; atenciosamente; cumprimentos; com os melhores cumprimentos; obrigado; obrigada; met
vriendelijke groet; met vriendelijke groeten; groeten; bedankt; mvg; med venlig hilsen; venlig hilsen; hilsen; mvh; med
vennlig hilsen; vennlig hilsen; med vänlig hälsning; med vänliga hälsningar; hälsningar; vänliga hälsningar; ystävällisin
terveisin; terveisin; с уважением; з повагою; спасибо; поздрави; с уважение; cu stimă; mulțumesc; saygılarımla; iyi
çalışmalar; lugupidamisega; su pagarba; ar cieņu; με εκτίμηση
"""

LEGAL = """
this e-mail and any; this email and any; this message and any; this e-mail is confidential; this email is confidential; this
message is confidential; intended recipient; confidentiality notice; the information contained in this e;
the information contained in this message; the information contained in this comm; the information contained in this transm;
may contain confidential; may contain privileged; intended only for; intended solely for; privileged and confidential; please
consider the environment; virus-free; scanned for viruses; checked for viruses; checked by avg; avast antivirus; external email:;
disclaimer:; legal notice; this email originated outside; this communication is confidential; diese e-mail enthält; diese
email enthält; diese nachricht enthält; vertrauliche informationen; bestimmungsgemäße; wichtiger hinweis:; bitte denken sie
an die umwelt; irrtümlich erhalten; auf viren geprüft; auf viren überprüft; tento e-mail a; tento email a; tato zpráva a;
obsah tohoto e-mailu; obsah tohoto emailu; tato e-mailová zpráva; důvěrné informace; nejste zamýšleným; nejste-li
zamýšleným; prosíme o zvážení; myslete na životní prostředí; pouze pro adresáta; určen výhradně; určena výhradně; neobsahuje
viry; zkontrolován antivir; není návrhem na uzavření; táto správa a; tento e-mail je dôvern; dôverné informácie; obsah tejto
správy; nie ste zamýšľaným; neobsahuje vírusy; ova poruka i; ova elektronička poruka; ova e-mail poruka; povjerljive
informacije; povjerljivi podaci; niste primatelj; namijenjena isključivo; namijenjen isključivo; sadržaj ove poruke; čuvajte
okoliš; razmislite o okolišu; prije ispisa; izjava o odricanju; to sporočilo in; zaupne informacije; zaupne podatke; niste
naslovnik; wiadomość ta zawiera; niniejsza wiadomość; informacje poufne; poufne informacje; treść tej wiadomości; ez az
üzenet; ezen üzenet; bizalmas információ; nem ön a címzett; il presente messaggio; questo messaggio e; informazioni
riservate; informazioni confidenziali; avviso di riservatezza; le informazioni contenute; ce message et; ce courriel et;
informations confidentielles; pensez à l'environnement; destinataire de ce message; este mensaje y; este correo electrónico;
información confidencial; aviso legal; aviso de confidencialidad; esta mensagem e; esta mensagem pode conter; informações
confidenciais; dit bericht is; deze e-mail is; vertrouwelijke informatie; de informatie verzonden; denne e-mail; denne
e-posten; detta meddelande; fortrolig; konfidentiell; luottamuksell; конфиденциальн; конфіденційн; поверителна; данное
сообщение; acest mesaj; bu e-posta
"""

LEGAL_HEADINGS = """
disclaimer; upozornění; upozornenie; napomena; hinweis; opozorilo; avis; aviso; avvertenza; confidentiality notice;
confidentiality; notice; caution; warning; odricanje od odgovornosti
"""
