"""Word lists for reading who is meant: folded or lower case, English, and about no particular news."""

from __future__ import annotations

ARTICLES = frozenset({"a", "an", "the"})


def words(listed: str) -> frozenset[str]:
    """Return the words of a string."""
    return frozenset(listed.split())


PEOPLE = words(
    "guard chief head boss president vice deputy mayor ceo cfo coo secretary attorney prosecutor lawyer counsel judge "
    "justice candidate nominee front-runner frontrunner runner-up hopeful contender challenger incumbent rival "
    "opponent senator senate governor lawmaker legislator politician statesman official aide adviser advisor ally "
    "spokesman spokeswoman spokesperson representative rep sen gov mogul tycoon magnate billionaire millionaire "
    "entrepreneur executive host anchor pundit star celebrity actor actress singer rapper comedian director "
    "producer writer author novelist poet critic coach captain striker goalkeeper midfielder defender forward "
    "quarterback pitcher champion athlete player skipper manager veteran soldier general colonel officer sergeant "
    "detective sheriff police policeman policewoman commander marine nurse doctor physician surgeon scientist "
    "researcher professor scholar academic teacher student expert analyst economist strategist pollster operative "
    "consultant activist organizer organiser advocate lobbyist donor fundraiser founder co-founder owner partner "
    "member fellow resident voter supporter delegate participant father mother son daughter brother sister husband "
    "wife widow uncle aunt cousin nephew niece grandfather grandmother parent man woman boy girl guy kid teen "
    "teenager person individual native patient victim witness defendant plaintiff suspect king queen prince "
    "princess pope bishop archbishop cardinal pastor priest rabbi imam cleric minister premier chancellor prime "
    "envoy ambassador diplomat dictator leader ruler monarch commissioner chair chairman chairwoman chairperson "
    "speaker whip treasurer comptroller superintendent principal dean provost colleague friend neighbor neighbour "
    "source insider outsider conservative liberal democrat republican socialist independent hawk moderate "
    "libertarian reporter journalist correspondent columnist editor blogger historian biographer artist musician "
    "guitarist farmer miner worker engineer mechanic driver pilot trucker technician salesman businessman "
    "businesswoman realtor retiree survivor protester demonstrator attendee panelist moderator winner loser "
    "laureate skater swimmer sprinter cyclist golfer racer boxer wrestler cricketer bowler batsman winger umpire "
    "referee congressman congresswoman councilman councilwoman alderman secretary-general vice-president "
    "vice-chairman crown regulator trader banker investor magistrate lord lady"
)
"""Nouns for people, singular."""

NOT_PEOPLE = words(
    "list human german roman twist exist assist consist insist resist persist protest best less unless process "
    "access success press business congress progress address express stress illness witness-stand career beer peer "
    "volunteerism fitness wilderness happiness ottoman norman prayer layer player-coach buyer-beware checklist "
    "wish-list awareness willingness weakness readiness mess guess excess possess mist fist wrist playlist "
    "shortlist waitlist"
)
"""Words that end like nouns for people and are none."""

BREAKS = words(
    "the a an his her their its our my and or but said says told by with from for of to in on at as that like when "
    "while after before than asked called named is was are were has have had where if because both against between "
    "about not did does do over under among then also who which including whether"
)
"""Words that end what stands before a name to say what its bearer is."""

SAME = tuple(
    words(group)
    for group in (
        "senator lawmaker legislator sen",
        "representative congressman congresswoman lawmaker legislator rep",
        "governor gov",
        "lawyer attorney counsel",
        "professor scholar academic prof researcher scientist historian expert fellow",
        "economist analyst expert strategist",
        "adviser advisor aide",
        "official spokesman spokeswoman spokesperson secretary director chief commissioner",
        "ceo executive chief boss head",
        "chair chairman chairwoman chairperson",
        "frontrunner front-runner candidate nominee hopeful contender challenger",
        "businessman businesswoman mogul tycoon billionaire magnate entrepreneur developer",
        "general gen commander officer",
        "doctor dr physician surgeon",
        "reporter journalist correspondent writer columnist author editor",
        "host anchor pundit commentator",
        "leader president chief head premier minister chairman dictator",
        "spokesman spokeswoman spokesperson secretary",
        "teen teenager student boy girl youth",
        "pollster strategist consultant operative",
        "coach manager boss",
        "player striker midfielder defender goalkeeper quarterback captain star forward",
        "resident native voter",
    )
)
"""Words for one and the same person; a word may stand in several groups."""

ORGANISATIONS = words(
    "department ministry university college school institute bank board bureau office council committee commission "
    "center centre house association federation union league court agency service services society foundation fund "
    "academy museum church party chamber congress republic parliament senate assembly administration coalition "
    "campaign alliance organization organisation group inc corp co ltd llc plc gmbh ag company companies "
    "corporation holdings partners capital industries international technologies systems network networks news "
    "times post journal tribune herald guardian gazette chronicle magazine press media broadcasting tv radio police "
    "guard force forces army navy pac super project initiative watch action fc united city club airlines airways "
    "motors pharmaceuticals hospital clinic laboratory observatory authority tribunal embassy consulate government "
    "secretariat reserve treasury democrats republicans conservatives labour greens tories nations pentagon kremlin "
    "states street airport river lake island islands county avenue park square hotel tower beach valley state coast "
    "act treaty amendment award war day week month prize cup games olympics bill law rights"
)
"""Folded words that make a name something else than a person's."""

PLACES = words(
    "america britain england scotland wales ireland europe asia africa australia canada mexico brazil argentina "
    "chile colombia venezuela cuba peru bolivia haiti china japan korea taiwan vietnam thailand indonesia malaysia "
    "singapore philippines india pakistan bangladesh nepal afghanistan iran iraq syria israel palestine lebanon "
    "jordan egypt libya tunisia algeria morocco sudan ethiopia somalia kenya uganda nigeria ghana zimbabwe russia "
    "ukraine belarus poland germany france spain portugal italy greece turkey austria switzerland belgium "
    "netherlands holland denmark norway sweden finland iceland hungary romania bulgaria serbia croatia bosnia "
    "kosovo albania georgia armenia azerbaijan kazakhstan uzbekistan qatar bahrain kuwait yemen oman uae us usa uk "
    "eu un dprk washington moscow beijing tokyo seoul pyongyang tehran baghdad damascus jerusalem cairo ankara "
    "berlin paris london brussels madrid rome kyiv kiev delhi alabama alaska arizona arkansas california colorado "
    "connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland "
    "massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon "
    "pennsylvania tennessee texas utah vermont virginia wisconsin wyoming carolina dakota york jersey hampshire "
    "zealand chicago boston dallas houston detroit hong kong angeles francisco"
)
"""Folded names of countries, states and capitals: nobody's first name or surname without further evidence."""

NOT_FIRST = words("new north south east west central san los las fort saint santa great united white grand el")
"""Folded words that no first name is, whatever lists of first names say."""

STOP = words(
    "a an the this that these those i we you he she it they his her its their our my your who whom whose which what "
    "when where why how and but or nor so yet for if as at by in on of to from with without within about after "
    "before since until while although though because unless despite during among between against under over above "
    "below through not no yes there here then now once again also even still just only both either neither each "
    "every all any some many most more less few several other another such same one two three four five six seven "
    "eight nine ten last next old indeed however meanwhile moreover furthermore instead later earlier today "
    "yesterday tomorrow tonight recently perhaps maybe according asked is are was were be been being has have had "
    "do does did will would can could should may might must let well oh ok okay please thank thanks like that’s "
    "it’s i’m i’ve don’t we’re monday tuesday wednesday thursday friday saturday sunday january february march "
    "april june july august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul "
    "aug sept sep oct nov dec spring summer autumn fall winter christmas easter thanksgiving god jesus read related "
    "watch updated photo image video story getty images click via per back top copyright share follow subscribe "
    "speaking added adding none nobody everyone everybody someone somebody anyone anybody nothing something "
    "everything much people others officials members critics experts sources source transcript standing sitting "
    "born dear sincerely yours very too"
)
"""Words that begin sentences, and dates: capitalised without being a name."""

ORGANISED = words(
    "department ministry university college school institute bank board bureau office council committee commission "
    "center centre house association federation union league court agency service society foundation fund academy "
    "museum church party chamber congress republic kingdom states voters women americans friends people students "
    "workers coalition campaign alliance conference confederation organization organisation group parliament senate "
    "assembly secretariat administration citizens doctors reporters physicians brotherhood bishops veterans mothers "
    "american national secretary minister speaker president director"
)
"""Words that an "of" or "for" continues: "Department of Justice", "Physicians for Peace"."""

DOCUMENTS = words(
    "answer reply response remark remarks comment comments statement statements speech address tweet tweets post "
    "posts email emails e-mail letter memo message messages note book memoir article column op-ed essay editorial "
    "report study survey poll release ad advertisement commercial video words testimony announcement declaration "
    "interview website site page blog press-release quote quotation claim claims argument view opinion question "
    "questions filing lawsuit complaint text transcript passage review analysis paper account story proposal plan "
    "campaign-ad mailer flier flyer pitch tirade rant critique criticism rhetoric voice warning promise call "
    "platform manifesto"
)
"""Nouns for what somebody wrote or said: whose it is, speaks."""

OWNED = words("campaign administration office team camp foundation organization organisation government staff")
"""Nouns for bodies called by somebody's name, which are not that person."""

SMALL = words(
    "Is Are Was Were Be Has Have Had Does Do Did Would Could Should Can A An To In On At By With From Or But Not No He "
    "It They We You His Her Their Its Over After As If Than That This Who What Why How When Says Gets Will"
)
"""Words that are capitalised in titles and headlines only."""

BODIES = words(
    "group company firm agency bureau newspaper paper outlet site website magazine body panel team club charity "
    "think-tank nonprofit union regulator watchdog startup bank airline retailer automaker carmaker manufacturer "
    "maker publisher broadcaster network channel station ministry department organization organisation institute "
    "institution school university hospital church court government kremlin military army police force coalition "
    "alliance pac commission committee council board association federation league party campaign administration "
    "office country nation city state county country’s"
)
"""Nouns for organisations."""
