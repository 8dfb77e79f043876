"""An article of the knowledge base, in one language: what it is called, how it is found, and where it can be read."""

from maildesk.model.value import Value


class Article(Value, frozen=True):
    """One file of kb/; files of one `name` say the same in several languages.

    `words` are what it is to be found by beside its title; `link` is where it stands, "" for the desk's own page; one that is
    not `public` is for agents, and no customer is ever given its link.
    """

    name: str
    language: str
    title: str
    words: tuple[str, ...] = ()
    link: str = ""
    public: bool = True
    text: str = ""
