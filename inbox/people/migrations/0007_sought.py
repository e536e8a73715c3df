import unicodedata

import django.db.models
from django.db import migrations, models

# Letters with an accent or a form of their own: Latin, Greek, Cyrillic, and the wide Latin ones.
LETTERS = [*range(0xC0, 0x530), *range(0x1E00, 0x2000), *range(0xFF21, 0xFF5B)]
# What Unicode does not take apart. ß stays: it may be typed as one s or two.
PLAIN = dict(zip("øłđðħıæœþŧŋ", "olddhiaottn", strict=True))
# Accents that are signs of their own, then Hebrew's and Arabic's vowels.
MARKS = [*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670]


def plain_letters():
    """Return each letter with what it is without accents and capitals."""
    found = {chr(sign): chr(sign + 32) for sign in range(65, 91)}
    for sign in filter(str.isalpha, map(chr, LETTERS)):
        base = unicodedata.normalize("NFKD", sign.lower())[0]
        found[sign] = PLAIN.get(base, base)
    return {sign: base for sign, base in found.items() if sign != base}


FOUND = plain_letters()
GONE = "".join(sign for sign in map(chr, MARKS) if unicodedata.category(sign).startswith("M"))

# Each word of a name with a tab before it, where "word" means: whatever follows what is no letter and no figure.
MARKED = """
CREATE FUNCTION people_marked(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT E'\\t' || regexp_replace(words, '([^[:alnum:]])(?=.)', E'\\\\1\\t', 'g')
$$
"""
# Lines: by what it is sorted; what it is found by; the same with one s for each ß.
SOUGHT = f"""
CREATE FUNCTION people_sought(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(translate(name, E'\\n\\t', '  ')) || E'\\n' || people_marked(replace(plain, 'ß', 'ss'))
        || CASE WHEN plain LIKE '%ß%' THEN E'\\n' || people_marked(replace(plain, 'ß', 's')) ELSE '' END
    FROM (SELECT translate(name, E'\\n\\t{"".join(FOUND)}{GONE}', '  {"".join(FOUND.values())}') AS plain) AS x
$$
"""
OF_LOGIN = """
CREATE FUNCTION people_sought_of(login bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT people_sought(name) FROM people_user WHERE id = login
$$
"""
# A new teammate waits for a rename that is on its way, and holds up one that comes: neither would see the other's row.
OF_TEAMMATE = """
CREATE FUNCTION people_teammate_sought() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM people_user WHERE id = NEW.user_id FOR SHARE;
    END IF;
    NEW.sought := people_sought_of(NEW.user_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER sought BEFORE INSERT OR UPDATE OF user_id, sought ON people_teammate
    FOR EACH ROW EXECUTE FUNCTION people_teammate_sought()
"""
OF_USER = """
CREATE FUNCTION people_user_sought() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_teammate SET sought = NULL WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER sought AFTER UPDATE OF name ON people_user
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION people_user_sought()
"""
OF_TEAM = """
CREATE FUNCTION people_team_sought() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sought := people_sought(NEW.name);
    RETURN NEW;
END
$$;
CREATE TRIGGER sought BEFORE INSERT OR UPDATE OF name, sought ON people_team
    FOR EACH ROW EXECUTE FUNCTION people_team_sought()
"""


def without(table):
    return f"DROP TRIGGER sought ON people_{table}; DROP FUNCTION people_{table}_sought()"


class Migration(migrations.Migration):
    """What a teammate and a team are found by while somebody types, which the database keeps.

    It does so by triggers, as a name has many writers: forms, sign-ins, the code of the last release, which runs on for a
    while. Rows that were there before get theirs in 0008.
    """

    dependencies = [("people", "0006_what_is_told")]

    operations = [
        migrations.AddField("teammate", "sought", models.TextField(editable=False, null=True)),
        migrations.AddField("team", "sought", models.TextField(editable=False, null=True)),
        migrations.AddIndex("teammate", models.Index(fields=["workspace", "role"], name="teammate_by_role")),
        migrations.AddIndex(
            "user",
            models.Index(condition=django.db.models.Q(is_active=False), fields=["id"], name="user_switched_off"),
        ),
        migrations.RunSQL(MARKED, "DROP FUNCTION people_marked(text)"),
        migrations.RunSQL(SOUGHT, "DROP FUNCTION people_sought(text)"),
        migrations.RunSQL(OF_LOGIN, "DROP FUNCTION people_sought_of(bigint)"),
        migrations.RunSQL(OF_TEAMMATE, without("teammate")),
        migrations.RunSQL(OF_USER, without("user")),
        migrations.RunSQL(OF_TEAM, without("team")),
    ]
