"""The links, services and journeys of a system that stands: where they are, and what can be broken about them."""

from __future__ import annotations

from chaos.api.faults import JourneyFaults, LinkFaults, ServiceFaults


class Link(LinkFaults):
    """`system.link("profile")`: a method for each fault of links, and where its proxy is."""

    @property
    def address(self) -> str:
        """`host:port` of its proxy."""
        return self._live.addresses.links[self.name]

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def to(self) -> str:
        """The service at its far end."""
        return self._live.system.links[self.name].to


class Service(ServiceFaults):
    """`system.service("media")`: a method for each fault of services, and where it is itself."""

    @property
    def address(self) -> str:
        """`host:port`, round the proxies."""
        return self._live.addresses.services[self.name]

    @property
    def url(self) -> str:
        return f"http://{self.address}"


class Journey(JourneyFaults):
    """`system.journey("open_app")`: a method for each fault of journeys."""
