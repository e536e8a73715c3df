"""What columns are called: by other systems, and in other languages. The first of each field is its own name."""

from __future__ import annotations

CONTACT = {
    "email": (
        "email, e-mail, email address, e-mail address, mail, mail address, work email, business email, primary email, "
        "correo, correo electrónico, courriel, adresse e-mail, adresse mail, adresse électronique, e-mail-adresse, "
        "mailadresse, posta elettronica, indirizzo email, endereço de email, e-mailadres, e-postadress, e-post, epost, "
        "sähköposti, adres e-mail, e-posta, электронная почта, почта, ηλεκτρονικό ταχυδρομείο, メール, "
        "メールアドレス, 邮箱, 电子邮件, 이메일, e-mail 1 value, email 1 value"
    ),
    "external_id": (
        "external id, user id, userid, customer id, contact id, client id, customer number, customer no, kundennummer, "
        "kunden-nr, kundennr, kunden-id, numéro client, id client, n° client, número de cliente, id cliente, "
        "codice cliente, klantnummer, kundnummer, asiakasnumero, numer klienta, uid, uuid, id"
    ),
    "name": (
        "name, full name, contact name, display name, customer name, client name, person, nombre completo, "
        "nom complet, nome completo, vollständiger name, ansprechpartner, kontakt, volledige naam, fullständigt namn, "
        "navn, namn, naam, nome, nombre, nom, nimi, imię i nazwisko, ad soyad, имя и фамилия, фио, полное имя, "
        "ονοματεπώνυμο, 名前, 氏名, 姓名, 이름"
    ),
    "first_name": (
        "first name, firstname, given name, forename, vorname, rufname, prénom, primer nombre, nombre de pila, "
        "primeiro nome, voornaam, förnamn, fornavn, etunimi, imię, jméno, křestní jméno, keresztnév, имя, όνομα"
    ),
    "last_name": (
        "last name, lastname, surname, family name, nachname, familienname, zuname, nom de famille, apellido, "
        "apellidos, cognome, sobrenome, último nome, achternaam, efternamn, etternavn, sukunimi, nazwisko, příjmení, "
        "vezetéknév, soyad, soyadı, фамилия, επώνυμο"
    ),
    "phone": (
        "phone, phone number, telephone, telephone number, mobile, mobile phone, cell, cell phone, mobile number, tel, "
        "work phone, business phone, whatsapp, telefon, telefonnummer, telefon-nr, mobil, mobilnummer, handy, "
        "handynummer, teléfono, móvil, celular, téléphone, numéro de téléphone, portable, telefono, telefone, "
        "telefoonnummer, telefoon, mobiel, puhelin, puhelinnumero, numer telefonu, komórka, telefonszám, телефон, "
        "τηλέφωνο, 電話, 電話番号, 电话, 手机, 전화, phone 1 value"
    ),
    "timezone": (
        "timezone, time zone, tz, zeitzone, fuseau horaire, zona horaria, fuso orario, fuso horário, tijdzone, "
        "tidszon, часовой пояс"
    ),
    "signed_up_at": (
        "signed up at, signed up, signup date, sign up date, signup at, registered at, registered on, "
        "registration date, "
        "joined, joined at, date joined, member since, customer since, kunde seit, registriert am, anmeldedatum, "
        "date d'inscription, inscrit le, fecha de registro, fecha de alta, data di registrazione, data de cadastro, "
        "geregistreerd op, дата регистрации"
    ),
    "last_seen_at": (
        "last seen at, last seen, last active, last activity, last login, last sign in, last visit, zuletzt gesehen, "
        "letzter login, letzte anmeldung, dernière connexion, dernière visite, última conexión, último acceso, "
        "ultimo accesso, último acesso, laatst gezien, последний вход"
    ),
}
ACCOUNT = {
    "account.external_id": (
        "account external id, account id, company id, organisation id, organization id, firmen-id, id empresa, "
        "id société, id azienda, tenant id, team id"
    ),
    "account.name": (
        "account name, company name, company, organisation, organization, organisation name, organization name, "
        "associated company, employer, business name, account, firma, firmenname, unternehmen, société, entreprise, "
        "nom de la société, raison sociale, empresa, nombre de empresa, compañía, azienda, ragione sociale, "
        "nome da empresa, bedrijf, bedrijfsnaam, företag, foretak, firmanavn, yritys, nazwa firmy, společnost, cég, "
        "cégnév, şirket, компания, организация, εταιρεία, 会社, 会社名, 公司, 회사"
    ),
    "account.domain": "account domain, company domain, domain, domain name, website, company website, webseite",
    "account.plan": (
        "account plan, plan, plan name, subscription plan, subscription, tier, tarif, abonnement, piano, plano, "
        "formule, paket, abo, тариф"
    ),
    "account.status": (
        "account status, subscription status, plan status, status, statut, estado, stato, abostatus, situação, статус"
    ),
    "account.seats": "account seats, seats, seats used, used seats, licences, licenses, lizenzen, plätze, sièges",
    "account.seat_limit": "account seat limit, seat limit, max seats, seats total, included seats, seats included",
    "account.renews_on": (
        "account renews on, renews on, renewal date, renewal, next renewal, renews at, verlängert am, "
        "date de renouvellement, fecha de renovación"
    ),
    "account.trial_ends_on": (
        "account trial ends on, trial ends on, trial ends at, trial end, trial end date, trial ends, testphase bis"
    ),
    "account.timezone": "account timezone, company timezone, account time zone, company time zone",
    "account.modules": "account modules, modules, products, add-ons, addons, module",
    "account.mrr_minor": (
        "account mrr minor, mrr minor, mrr in the smallest unit, mrr cents, mrr in cents, monthly revenue in cents"
    ),
    "account.currency": "account currency, currency, currency code, währung, devise, moneda, valuta, moeda, валюта",
    "account.stripe_customer_id": "account stripe customer id, stripe customer id, stripe customer, stripe id",
    "account.stripe_subscription_id": (
        "account stripe subscription id, stripe subscription id, stripe subscription, subscription id"
    ),
}
# Words before a name that say whose it is and nothing more, and those that say that it is the company's.
OF_PERSON = (
    "contact",
    "customer",
    "client",
    "user",
    "person",
    "lead",
    "subscriber",
    "primary",
    "main",
    "kunden",
    "your",
)
OF_COMPANY = ("company", "account", "organisation", "organization", "firma", "firmen", "org", "business")
# A workspace's own export (inbox/contacts/list_files.py): what it says that cannot be set.
OURS_ALONE = ("id", "email verified", "other emails and phones", "created at", "other attributes")
