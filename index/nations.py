"""Countries and what belongs to them: "Mexican" and "Mexico" say the same of an office."""

from __future__ import annotations

from typing import Final

_LISTED: Final = """
afghanistan afghan; albania albanian; algeria algerian; america american americans us usa; argentina argentine
argentinian; armenia armenian; australia australian; austria austrian; azerbaijan azerbaijani; bangladesh
bangladeshi; belarus belarusian; belgium belgian; bolivia bolivian; bosnia bosnian; brazil brazilian; britain
british uk; bulgaria bulgarian; cambodia cambodian; canada canadian; chile chilean; china chinese; colombia
colombian; croatia croatian; cuba cuban; cyprus cypriot; czechia czech; denmark danish; ecuador ecuadorian; egypt
egyptian; england english; estonia estonian; ethiopia ethiopian; europe european; finland finnish; france french;
georgia georgian; germany german; ghana ghanaian; greece greek; guatemala guatemalan; haiti haitian; honduras
honduran; hungary hungarian; iceland icelandic; india indian; indonesia indonesian; iran iranian; iraq iraqi;
ireland irish; israel israeli; italy italian; jamaica jamaican; japan japanese; jordan jordanian; kazakhstan kazakh;
kenya kenyan; korea korean; kosovo kosovar; kuwait kuwaiti; latvia latvian; lebanon lebanese; libya libyan;
lithuania lithuanian; malaysia malaysian; malta maltese; mexico mexican; moldova moldovan; mongolia mongolian;
morocco moroccan; myanmar burmese burma; nepal nepalese nepali; netherlands dutch; nigeria nigerian; norway
norwegian; pakistan pakistani; palestine palestinian; panama panamanian; peru peruvian; philippines philippine
filipino; poland polish; portugal portuguese; qatar qatari; romania romanian; russia russian; rwanda rwandan;
scotland scottish; senegal senegalese; serbia serbian; singapore singaporean; slovakia slovak slovakian; slovenia
slovenian; somalia somali; spain spanish; sudan sudanese; sweden swedish; switzerland swiss; syria syrian; taiwan
taiwanese; tanzania tanzanian; thailand thai; tunisia tunisian; turkey turkish; uganda ugandan; ukraine ukrainian;
uruguay uruguayan; venezuela venezuelan; vietnam vietnamese; wales welsh; yemen yemeni; zambia zambian; zimbabwe
zimbabwean
"""
NATIONS: Final = {word: group.split()[0] for group in _LISTED.split(";") for word in group.split()}
"""Folded words for a country, its people and what is theirs, each with the country's name."""

_SEATS: Final = """
afghanistan kabul; argentina buenos-aires; australia canberra; austria vienna; belarus minsk; belgium brussels; brazil
brasilia; britain london downing-street; bulgaria sofia; canada ottawa; chile santiago; china beijing; colombia bogota;
cuba havana; czechia prague; denmark copenhagen; egypt cairo; ethiopia addis-ababa; finland helsinki; france paris
elysee; germany berlin; greece athens; hungary budapest; india delhi new-delhi; indonesia jakarta; iran tehran; iraq
baghdad; ireland dublin; israel jerusalem; italy rome; japan tokyo; kazakhstan astana; kenya nairobi; lebanon beirut;
libya tripoli; malaysia kuala-lumpur; mexico mexico-city; netherlands hague; nigeria abuja; norway oslo; pakistan
islamabad; peru lima; philippines manila; poland warsaw; portugal lisbon; qatar doha; romania bucharest; russia moscow
kremlin; serbia belgrade; spain madrid; sweden stockholm; switzerland bern; syria damascus;
taiwan taipei; thailand bangkok; turkey ankara; ukraine kyiv kiev; venezuela caracas; vietnam hanoi
"""
SEATS: Final = {word.replace("-", " "): group.split()[0] for group in _SEATS.split(";") for word in group.split()} | {
    word: word
    for word in NATIONS.values()
    if word not in {"korea", "europe", "england", "scotland", "wales", "america"}
}
"""Folded names of countries and the places from which they are governed, each with the country's name; without what has
several governments, or none of its own."""
