"""What the command line can do: every verb with a sentence and an example, known without loading its module."""

from typing import NamedTuple


class Verb(NamedTuple):
    """One verb: what it is for, an example to copy, and its module in this room if that is not named like it."""

    sentence: str
    example: str
    module: str = ""


# In the order of the help page; a verb whose module is missing is not offered.
SECTIONS: dict[str, dict[str, Verb]] = {
    "Begin": {
        "demo": Verb("Try a whole desk on this machine; nothing leaves it.", "maildesk demo"),
        "init": Verb("Write a configuration to start from.", "maildesk init --address podrska@firma.hr"),
        "check": Verb("Check the configuration; list everything that is wrong.", "maildesk check --config config"),
        "doctor": Verb("Look for trouble around the desk: DNS, logins, disk, clock.", "maildesk doctor"),
        "run": Verb("Run the desk.", "maildesk run --config /etc/maildesk --data /var/lib/maildesk"),
    },
    "Every day": {
        "status": Verb("Show in one screen how the desk is.", "maildesk status"),
        "ticket": Verb("List, show and change tickets.", "maildesk ticket list --status open"),
        "hold": Verb("List and settle mail that waits for a person.", "maildesk hold list"),
        "explain": Verb("Explain why a mail landed where it did, or would.", "maildesk explain '#1042'"),
        "report": Verb("Show the numbers of a period.", "maildesk report --since 2026-11-16"),
    },
    "Rules": {
        "test": Verb("Run the cases written beside the rules.", "maildesk test --config config"),
        "replay": Verb(
            "Say what edited rules would have done with stored mail.", "maildesk replay --since 30d --config config"
        ),
        "rules": Verb(
            "Show stored revisions of the rules, go back to one, and count what each rule does.", "maildesk rules log"
        ),
        "words": Verb("Try how a term of a rule matches a text.", "maildesk words test faktura 'Chyba ve fakture'"),
        "schema": Verb(
            "Write the schema by which editors complete the rules.", "maildesk schema --write --config config"
        ),
        "template": Verb("Show a template filled with a stored ticket.", "maildesk template preview acknowledgement"),
        "canned": Verb("List and show the canned answers.", "maildesk canned list"),
        "kb": Verb("List and search the articles of the knowledge base.", "maildesk kb search 'forgotten password'"),
        "reload": Verb("Tell the running desk to read its configuration again.", "maildesk reload"),
    },
    "Mail": {
        "parse": Verb("Show what maildesk understands of a mail.", "maildesk parse --json mail.eml"),
        "import": Verb("Take in mbox files, Maildirs and .eml files.", "maildesk import old.mbox --dry-run", "import_"),
        "deliver": Verb(
            "Take in one mail from a pipe.", "maildesk deliver --from jana@firma.cz --to podrska@firma.hr < mail"
        ),
        "journal": Verb("List and retry every mail ever accepted.", "maildesk journal list --state quarantined"),
        "outbox": Verb("List, hold and retry outgoing mail.", "maildesk outbox list"),
        "brake": Verb("Show, send or drop automatic mail held in a storm.", "maildesk brake status"),
        "login": Verb("Sign in to a mailbox at Microsoft or Google.", "maildesk login microsoft"),
    },
    "Care": {
        "database": Verb("Verify that what is stored fits together.", "maildesk database verify"),
        "backup": Verb("Copy the database while the desk runs.", "maildesk backup maildesk-backup.db"),
        "restore": Verb("Put a backup in place.", "maildesk restore maildesk-backup.db"),
        "key": Verb("List and rotate the keys of tokens; end an agent's old reply addresses.", "maildesk key list"),
        "person": Verb("Hand out or erase what is stored about a person.", "maildesk person export jana@firma.cz"),
        "completion": Verb("Print the completion script of a shell.", "maildesk completion bash"),
    },
}

VERBS: dict[str, Verb] = {name: verb for section in SECTIONS.values() for name, verb in section.items()}
