"""The application factory."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker.settings import ROOT, Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Reads settings, wires extensions, registers the packages. Raises BadSetting."""
    from matchmaker import cli, faults, logs, site
    from matchmaker.accounts.views import pages as accounts
    from matchmaker.administration.views import pages as administration
    from matchmaker.attachments.views import pages as attachments
    from matchmaker.audit.views import pages as audit
    from matchmaker.briefings.template_views import pages as briefing_template
    from matchmaker.briefings.views import pages as briefings
    from matchmaker.calls.views import pages as calls
    from matchmaker.capabilities.views import pages as capabilities
    from matchmaker.carriers.views import alliances, bodies
    from matchmaker.carriers.views import pages as carriers
    from matchmaker.checking.views import pages as checking
    from matchmaker.common_needs.views import pages as common_needs
    from matchmaker.confidentiality.views import pages as confidentiality
    from matchmaker.cooperation.agreement_views import pages as agreements
    from matchmaker.cooperation.views import pages as cooperation
    from matchmaker.database import Database
    from matchmaker.deliveries.views import pages as deliveries
    from matchmaker.duplicates.views import pages as duplicates
    from matchmaker.engine import MatchingEngine
    from matchmaker.home.views import pages as home
    from matchmaker.intermediaries.views import pages as services
    from matchmaker.intermediaries.views import requests as service_requests
    from matchmaker.jobs.views import pages as jobs
    from matchmaker.learning.views import pages as learning
    from matchmaker.notices.views import pages as notices
    from matchmaker.organisations.views import pages as organisations
    from matchmaker.pairings.board_views import pages as board
    from matchmaker.pairings.consent_views import pages as consents
    from matchmaker.pairings.thread_views import pages as threads
    from matchmaker.pairings.views import pages as pairings
    from matchmaker.problems.views import pages as problems
    from matchmaker.projects.views import pages as projects
    from matchmaker.quality.views import pages as quality
    from matchmaker.spreadsheets.export_views import pages as exports
    from matchmaker.spreadsheets.import_views import pages as imports
    from matchmaker.statistics.views import pages as statistics
    from matchmaker.survey_forms.views import pages as survey_forms
    from matchmaker.undertakings.views import pages as undertakings
    from matchmaker.webhooks.views import pages as webhooks

    settings = settings or Settings.from_environment()
    logs.configure()
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.extensions["settings"] = settings
    app.extensions["database"] = Database.of(settings)
    app.extensions["engine"] = MatchingEngine(settings.encoder, home=settings.data_dir)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    site.install(app)
    faults.install(app)
    cli.install(app)
    for pages in (
        home,
        learning,
        accounts,
        administration,
        organisations,
        carriers,
        alliances,
        bodies,
        services,
        service_requests,
        problems,
        capabilities,
        calls,
        checking,
        duplicates,
        common_needs,
        projects,
        pairings,
        threads,
        consents,
        undertakings,
        board,
        cooperation,
        agreements,
        attachments,
        confidentiality,
        notices,
        audit,
        quality,
        deliveries,
        imports,
        jobs,
        statistics,
        briefings,
        briefing_template,
        exports,
        survey_forms,
        webhooks,
    ):
        app.register_blueprint(pages)
    return app
