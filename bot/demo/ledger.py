"""The demo's other program: a ledger that answers what reviewers ask it, and decides nothing."""

import asyncio

from bot.demo.console import AgentConsole
from keyturn import AsyncKeyturn, GatewayUnreachable, QuestionPut

NAME = "the ledger"
_PAUSE = 2.0


class Ledger:
    """Answers every question that is put to it, once."""

    def __init__(self, gateway: AsyncKeyturn, console: AgentConsole) -> None:
        self._gateway = gateway
        self._console = console

    async def work(self) -> None:
        """Wait for questions and answer them, for as long as the demo runs."""
        known: set[str] = set()
        while True:
            try:
                for question in await self._gateway.questions(known=known):
                    if question.id not in known:
                        known.add(question.id)
                        await self._answer(question)
            except GatewayUnreachable:
                await asyncio.sleep(_PAUSE)

    async def _answer(self, question: QuestionPut) -> None:
        self._console.say(NAME, f"is asked: {question.question.text}", "magenta")
        about = question.parameters.get("customer", "they")
        words = f"{about}: 31 invoices in two years, every one paid on time, $48,210.00 in all."
        self._console.say(NAME, f"answers: {words}")
        await self._gateway.answer(question, words)
