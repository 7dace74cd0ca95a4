"""The composition root: everything is made here, once, and handed down. Nothing else knows how the parts fit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from rexian.adapters import speech
from rexian.adapters.web import Guard, Queries, Requests
from rexian.agents import service as agents
from rexian.agents.service import Agents
from rexian.ai.hearing import Hearer
from rexian.ai.jobs import PromptSpeaker
from rexian.ai.recognisers import Recognisers
from rexian.ai.saying import Sayer
from rexian.ai.voices import Voices
from rexian.alerts.service import Alerts
from rexian.alerts.watch import AlertWatch
from rexian.api import demo
from rexian.boards.service import Boards
from rexian.core.clock import Clock, SystemClock
from rexian.core.errands import Doer
from rexian.core.ids import TenantId
from rexian.crm.errands import CustomerErrands
from rexian.crm.lists import ListedNumbers
from rexian.crm.service import Customers
from rexian.floor.house import House
from rexian.floor.service import Floors
from rexian.floor.speaking import Announcer
from rexian.flows import queries, secrets
from rexian.flows.drafts import Drafts
from rexian.flows.model import Choice
from rexian.flows.nodes import load_registry
from rexian.flows.queries import SafeQueries
from rexian.flows.secrets import FlowSecrets
from rexian.flows.service import Flows
from rexian.flows.step_names import StepNames
from rexian.hours import service as hours
from rexian.hours.service import Calendars
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, Work, connection_options
from rexian.infra.forgetting import Forgetter
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.secrets import Secrets
from rexian.infra.subscribers import Subscriber, Subscribers
from rexian.insight.board import FiguresBoard
from rexian.insight.service import InsightService
from rexian.insight.subscribers import AgentTimeRecorder
from rexian.interactions import reading, traffic
from rexian.interactions.callbacks import CallbackRecorder
from rexian.interactions.errands import RecentContacts
from rexian.interactions.fax_jobs import FaxKeeper
from rexian.interactions.heard import RecordedSound
from rexian.interactions.jobs import RecordingKeeper
from rexian.interactions.outcalls import OutcallRecorder
from rexian.interactions.retention import Retention
from rexian.interactions.service import Contacts, Faxes, Recordings
from rexian.interactions.subscribers import InteractionRecorder
from rexian.interactions.traffic import WalkRecorder
from rexian.interactions.voicemails import VoicemailRecorder
from rexian.library import fax_documents
from rexian.library import service as library
from rexian.library import store as library_store
from rexian.library.errands import LibraryErrands
from rexian.library.fax_documents import FaxDocuments
from rexian.library.fax_errands import FaxDocumentErrands
from rexian.library.service import Libraries
from rexian.main import data, sounds
from rexian.main.settings import Settings
from rexian.routing import service as routing
from rexian.routing.service import Queues
from rexian.telephony.ports import Phone, Switch
from rexian.telephony.prompts import Prompts
from rexian.telephony.service import Numbers, Trunks
from rexian.tenants.passwords import Passwords
from rexian.tenants.service import ApiKeys, Tenants, Users
from rexian.tenants.sessions import Sessions
from rexian.twin.jobs import Simulator
from rexian.twin.service import Twin
from rexian.webhooks.jobs import WebhookPost
from rexian.webhooks.service import Webhooks

PUBLIC_CALLER = "13800138000"
"""Whom the demonstration's public telephone shows as the caller."""


@dataclass(frozen=True)
class Rexian:
    """The wired parts of one process; routes find them here, each under its package's name."""

    settings: Settings
    jobs: Jobs
    database: Database
    journal: Journal
    switch: Switch | None = None
    """Only where floors run."""
    clock: Clock = field(default_factory=SystemClock)
    passwords: Passwords = field(default_factory=Passwords)

    # --- infra

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.settings.data / "blobs")

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets.kept_in(self.settings.data / "secret.key")

    # --- tenants

    @cached_property
    def users(self) -> Users:
        return Users(self.passwords)

    @cached_property
    def tenants(self) -> Tenants:
        return Tenants(self.database, self.users)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.database, self.clock, self.passwords)

    @cached_property
    def api_keys(self) -> ApiKeys:
        return ApiKeys()

    # --- resources

    @cached_property
    def agents(self) -> Agents:
        return Agents(self.secrets, self.users, skill_unused=self.queues.require_skill_unused)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.tenants)

    @cached_property
    def trunks(self) -> Trunks:
        return Trunks(self.secrets)

    @cached_property
    def prompts(self) -> Prompts:
        voices = self.voices.by_language()
        return Prompts(self.settings.data / "prompts", self.tenants, voices=voices, clock=self.clock)

    @cached_property
    def voices(self) -> Voices:
        """Kokoro, with its packages installed and its voices in `<data>/voices`; and espeak-ng, where it is."""
        return Voices(speech.found(self.settings.data / "voices"))

    @cached_property
    def recognisers(self) -> Recognisers:
        wanted = self.settings.speech
        found = speech.recognisers(
            wanted.recogniser,
            url=wanted.url,
            model=wanted.model,
            key=wanted.key,
            certificate=wanted.certificate,
            folder=wanted.folder,
        )
        return Recognisers(found)

    @cached_property
    def hearer(self) -> Hearer:
        return Hearer(self.database, self.recognisers, self.settings.data / "recordings")

    @cached_property
    def sayer(self) -> Sayer:
        return Sayer(self.database, self.voices, self.prompts)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self._country)

    @cached_property
    def listed_numbers(self) -> ListedNumbers:
        return ListedNumbers(self.tenants)

    @cached_property
    def flows(self) -> Flows:
        known = {"queue": routing.names, "calendar": hours.names, "prompt": self._prompt_keys}
        known |= {
            "agent": agents.names,
            "recogniser": self._understood,
            "secret": secrets.names,
            "safe_query": queries.names,
            "library": library.names,
            "filled_library": self._filled_libraries,
            "fax_document": fax_documents.names,
            "filled_fax_document": fax_documents.filled_names,
        }
        offers = {"queue": routing.choices, "calendar": hours.choices, "prompt": self._prompt_choices}
        offers |= {"agent": agents.choices, "library": library.choices, "fax_document": fax_documents.choices}
        return Flows(load_registry(), known, offers=offers, calendars=lambda work: self.calendars.every(work))

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.flows)

    @cached_property
    def flow_secrets(self) -> FlowSecrets:
        return FlowSecrets(self.database, self.secrets)

    @cached_property
    def safe_queries(self) -> SafeQueries:
        return SafeQueries(self.database, self.secrets)

    @cached_property
    def web_guard(self) -> Guard:
        return Guard(each.strip() for each in self.settings.flows.allow.split(",") if each.strip())

    @cached_property
    def web_requests(self) -> Requests:
        return Requests(self.web_guard, self.flow_secrets)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.flows)

    @cached_property
    def queues(self) -> Queues:
        return Queues(self.flows)

    @cached_property
    def libraries(self) -> Libraries:
        return Libraries(self.flows, self.prompts)

    @cached_property
    def fax_documents(self) -> FaxDocuments:
        return FaxDocuments(self.settings.data / "prompts", self.tenants, self.flows, self.prompts)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.secrets, private=self.settings.webhooks.private)

    # --- records

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.clock, StepNames(self.flows.registry))

    @cached_property
    def recordings(self) -> Recordings:
        return Recordings(self.blobs)

    @cached_property
    def faxes(self) -> Faxes:
        return Faxes(self.blobs, self.contacts)

    @cached_property
    def board(self) -> FiguresBoard:
        return FiguresBoard(self.database, self.journal, self.clock, self.zone)

    @cached_property
    def insight(self) -> InsightService:
        return InsightService(self.clock, self.zone, self.board)

    @cached_property
    def alerts(self) -> Alerts:
        return Alerts(self.clock, self.webhooks)

    @cached_property
    def boards(self) -> Boards:
        return Boards(self.api_keys)

    @cached_property
    def twin(self) -> Twin:
        return Twin(self.house, self.clock, self.zone)

    # --- for the processes

    @cached_property
    def public_phone(self) -> Phone:
        """Calls as the demonstration's first customer, so that whoever tries it is recognised."""
        return demo.public_phone(PUBLIC_CALLER)

    @cached_property
    def house(self) -> House:
        return House(
            database=self.database,
            tenants=self.tenants,
            agents=self.agents,
            queues=self.queues,
            flows=self.flows,
            calendars=self.calendars,
            numbers=self.numbers,
            trunks=self.trunks,
            lists=self.listed_numbers,
            guests={demo.TENANT: self.public_phone},
            hears=self.recognisers.languages,
        )

    @cached_property
    def announcer(self) -> Announcer:
        return Announcer(self.database, self.prompts, self._prompt_keys)

    @cached_property
    def floors(self) -> Floors:
        assert self.switch is not None, "floors run where a switch is wired"
        return Floors(
            switch=self.switch,
            journal=self.journal,
            database=self.database,
            clock=self.clock,
            house=self.house,
            customers=self.customers,
            figures=self.board.of,
            beside={"alerts": lambda tenant: self.alert_watch.of(tenant)},
            guests=(self.public_phone,),
            last_agent=reading.last_agent,
            doers=self.doers,
        )

    @cached_property
    def alert_watch(self) -> AlertWatch:
        return AlertWatch(
            database=self.database,
            floors=self.floors,
            figures=self.board.known,
            webhooks=self.webhooks,
            clock=self.clock,
        )

    @cached_property
    def doers(self) -> dict[str, Doer]:
        """What flows can have done beside the call."""
        customers = CustomerErrands(self.database, self.customers)
        recent = RecentContacts(self.database, self.clock)
        recorded = RecordedSound(self.database, self.blobs, self.prompts)
        documents = FaxDocumentErrands(self.database, self.prompts)
        libraries = LibraryErrands(self.database, self.clock, self.libraries, self.prompts)
        return {
            "customer.find": customers.find,
            "customer.update": customers.update,
            "contacts.recent": recent.count,
            "recordings.hear": recorded.hear,
            "recordings.keep_prompt": recorded.keep_prompt,
            "fax_document.find": documents.find,
            "fax_document.list": documents.list,
            "library.open": libraries.open,
            "library.turn": libraries.turn,
            "library.mark": libraries.mark,
            "speech.say": self.sayer.say,
            "speech.prepare": self.hearer.prepare,
            "speech.hear": self.hearer.hear,
            "speech.forget": self.hearer.forget,
            "http": self.web_requests.ask,
            "query": Queries(self.web_guard, self.safe_queries).ask,
        }

    def subscribers(self) -> Subscribers:
        """The readers of the journal that `work` runs."""
        readers: list[Subscriber] = [
            InteractionRecorder(),
            WalkRecorder(),
            CallbackRecorder(),
            OutcallRecorder(),
            VoicemailRecorder(),
            AgentTimeRecorder(),
        ]
        return Subscribers(self.database, self.journal, readers)

    def register_jobs(self) -> None:
        """What `work` does later."""
        left = self.settings.data / "recordings"
        RecordingKeeper(self.database, self.blobs, self.clock, left).register(self.jobs)
        FaxKeeper(self.database, self.blobs, self.clock, left).register(self.jobs)
        Retention(self.database, self.blobs, self.clock, self.tenants).register(self.jobs)
        PromptSpeaker(self.database, self.voices, self.prompts).register(self.jobs)
        private = self.settings.webhooks.private
        WebhookPost(self.database, self.secrets, self.clock, private=private).register(self.jobs)
        self.sayer.register(self.jobs)
        self.hearer.register(self.jobs)
        for name, remove, days, cron in (
            ("flow_steps.forget", traffic.forget, self.settings.flows.traffic_days, "23 3 * * *"),
            ("bookmarks.forget", library_store.forget_bookmarks, self.settings.flows.bookmark_days, "33 3 * * *"),
        ):
            Forgetter(self.database, self.clock, remove, timedelta(days=days)).register(self.jobs, name, cron=cron)
        Simulator(self.database, self.clock).register(self.jobs)
        self.jobs.repeat("journal.make_months", self._make_months, cron="17 3 * * *")

    async def zone(self, tenant: TenantId) -> ZoneInfo:
        async with self.database.work(tenant) as work:
            return (await self.tenants.settings(work)).zone

    async def _country(self, work: Work) -> str:
        return (await self.tenants.settings(work)).country

    async def _make_months(self, timestamp: int) -> None:
        await self.database.make_months()

    async def _understood(self, work: Work) -> set[str]:
        return set(self.recognisers.languages)

    async def _filled_libraries(self, work: Work) -> set[str]:
        return await self.libraries.names_of_filled(work)

    async def _prompt_keys(self, work: Work) -> set[str]:
        return await self.prompts.keys(work) | sounds.built_in_keys()

    async def _prompt_choices(self, work: Work) -> list[Choice]:
        """The tenant's own prompts first; one of the same key stands before the product's."""
        own = await self.prompts.choices(work)
        keys = {choice.name for choice in own}
        built_in = [Choice(name=key, label=key, texts=texts) for key, texts in sounds.built_in().items()]
        return [*own, *(choice for choice in built_in if choice.name not in keys)]


@asynccontextmanager
async def wired(settings: Settings, switch: Switch | None = None) -> AsyncIterator[Rexian]:
    """Make all parts, and let go of them in the reverse order."""
    address = data.url(settings)
    async with AsyncExitStack() as stack:
        jobs = Jobs.at(address, connection_options())
        await jobs.open()
        stack.push_async_callback(jobs.close)
        database = Database(address, jobs=jobs)
        stack.push_async_callback(database.close)
        journal = Journal(address, connection_options())
        await journal.open()
        stack.push_async_callback(journal.close)
        rexian = Rexian(settings, jobs, database, journal, switch)
        stack.push_async_callback(rexian.web_requests.close)
        stack.push_async_callback(rexian.recognisers.close)
        yield rexian
