"""How the bot introduces itself: the greeting, the guides and the command menus, in the language that is spoken."""

from __future__ import annotations

from bot.language import _


def greeting() -> str:
    """Greet somebody who starts the bot."""
    return _(
        "Hello! I know who said what in a collection of news articles, and answer with their words exactly as they "
        "were published. I never write about the news myself.\n"
        "\n"
        "Ask me, for example:\n"
        "• What did Pak say about the US?\n"
        "• Who criticised the US?\n"
        "• What has the Fed chair said since March?"
    )


def guide() -> str:
    """Explain to anybody how to ask, and what the buttons do."""
    return _(
        "Write me a question, and I answer with what was said, word for word, each time with who said it, the "
        "article, date and link.\n"
        "\n"
        "You can ask\n"
        "• what somebody said: What did Pak say about the US?\n"
        "• who said it: Who criticised the US?\n"
        "• by role and date: What has the Fed chair said since March?\n"
        "• by publisher: What did Pak say in the Harbour Gazette last week?\n"
        "• anything else that articles may tell: When was the bridge closed?\n"
        "\n"
        "💬 is a quotation. 📝 is reported: the article tells in its own words what was said.\n"
        "\n"
        "Under an answer:\n"
        "• Context shows the paragraphs around the words\n"
        "• Source opens the article at these words\n"
        "• More shows what comes next\n"
        "If a name fits several people, I ask whom you mean.\n"
        "\n"
        "/speakers lists who is quoted; /speakers Pak looks for a name.\n"
        "\n"
        "In a group, write /ask and your question, mention me, or reply to one of my messages. /ask as a reply asks "
        "what that message says.\n"
        "\n"
        "If I find nothing, I say so. An edited message is not answered again; just send it anew."
    )


def admin_guide() -> str:
    """Explain what only admins may do."""
    return _(
        "You are an admin of this bot, so you may also write\n"
        "/speakers merge A = B: A and B are one, called B\n"
        "/speakers rename A = B: A is called B from now on\n"
        "/speakers split A = FORM: who is called FORM is not A\n"
        "/speakers split A = ARTICLE as B: who speaks in that article is not A but B\n"
        "/speakers corrections: what was corrected\n"
        "/speakers undo N: takes correction N back\n"
        "A and B are names, or numbers as /speakers shows them."
    )


def commands() -> dict[str, str]:
    """Return the command menu of everybody: command to description, in the order in which they are shown."""
    return {
        "ask": _("Ask who said what"),
        "speakers": _("Who is quoted, and how often"),
        "help": _("How to ask, and what the buttons do"),
    }


def admin_commands() -> dict[str, str]:
    """Return what the command menu of admins has besides, or in the place of, the commands of everybody."""
    return {"speakers": _("Who is quoted, and corrections of it")}
