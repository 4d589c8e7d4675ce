"""What stands on a news page and is not the article: a table of lines, in several languages.

A line is compared as a whole, in lower case, without decoration around it. The tables differ in how far they are
trusted: a line of `ANYWHERE` is never a part of an article; one of `EDGES` could be a heading inside it ("Home"), so it
goes only before the first and after the last sentence; a heading of `LISTS` goes together with the headlines below it,
if no sentence of the article follows.

Every entry is a line seen on pages, written down by hand; nothing here is taken from a list of others.
"""

from __future__ import annotations

import re
from functools import lru_cache

_DECORATION = " \t\u00a0»›>→▶►▲△▼•·|*#-–—=_:.…,()[]<«‹←+"


def _table(text: str) -> frozenset[str]:
    return frozenset(entry.strip() for entry in text.strip().split("\n") for entry in entry.split("/") if entry.strip())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANYWHERE = _table("""
    back to top / go to top / top of page / return to top / scroll to top / to top
    skip to content / skip to main content / skip to navigation / skip ad / skip advertisement / jump to content
    advertisement / advertisements / advertising / ad feedback / sponsored / sponsored content / paid content
    promoted
    paid advertisement / article continues below / article continues after ad / article continues after advertisement
    story continues below / story continues below advertisement / story continues after advertisement
    advertisement continue reading the main story / continue reading the main story / continue reading / remove ads
    report this ad / read more / read full story / read the full story / read full article / read next / show more
    show less / load more / see more / view more / click here / learn more / tap to unmute / click to enlarge
    click to expand / click to play / enlarge image / enlarge this image / toggle caption / hide caption / play video
    watch video / watch live / listen to this article / listen to article / listen to this story / listen now
    share this / share this article / share this story / share this page / share article / share full article
    share on social media / share link / copy link / link copied / copy url / gift this article / give this article
    print this article / print article / print this page / email this article / save article / save for later
    add to bookmarks / bookmark this / view comments / leave a comment / post a comment / add a comment
    show comments
    view all comments / join the conversation / join the discussion / comments are closed / sign in to comment
    sign up for our newsletter / sign up for our newsletters / sign up to our newsletter / subscribe to our newsletter
    get our newsletter / get the newsletter / newsletter sign up / newsletter signup / subscribe now / subscribe today
    become a member / become a subscriber / already a subscriber? log in / create a free account / already a member?
    manage cookies / cookie settings / cookie preferences / accept cookies / accept all cookies / accept all
    reject all / cookie policy / privacy policy / terms of use / terms of service / terms and conditions
    privacy settings / do not sell my personal information / your privacy choices / all rights reserved
    follow us / follow us on facebook / follow us on twitter / follow us on x / follow us on instagram
    follow us on google news / add us on google / change font size / font size / text size / image source
    getty images

    werbung / anzeige / nach oben / zum seitenanfang / zurück nach oben / zum inhalt springen / weiterlesen
    mehr lesen
    artikel teilen / artikel drucken / jetzt abonnieren / newsletter abonnieren / alle rechte vorbehalten
    datenschutz
    impressum / artikel anhören / link kopieren / kommentare anzeigen / kommentar schreiben / artikel merken
    publicité / haut de page / retour en haut / aller au contenu / lire la suite / lire plus / partager cet article
    partager l'article / imprimer l'article / s'abonner à la newsletter / tous droits réservés / mentions légales
    copier le lien / écouter cet article / laisser un commentaire / gérer les cookies / accepter les cookies
    publicidad / volver arriba / ir arriba / ir al contenido / saltar al contenido / leer más / seguir leyendo
    compartir este artículo / compartir noticia / suscríbete / suscríbete a nuestro boletín / aviso legal
    todos los derechos reservados / copiar enlace / escuchar este artículo / política de privacidad / ver comentarios
    publicidade / voltar ao topo / ir para o conteúdo / leia mais / continue lendo / compartilhe / compartilhar
    assine nossa newsletter / todos os direitos reservados / copiar link / política de privacidade / ver comentários
    pubblicità / torna su / vai al contenuto / continua a leggere / leggi tutto / leggi di più / condividi l'articolo
    iscriviti alla newsletter / tutti i diritti riservati / copia link / riproduzione riservata / stampa articolo
    advertentie / terug naar boven / ga naar inhoud / lees meer / lees verder / deel dit artikel / link kopiëren
    реклама / наверх / читать далее / поделиться / подписаться / все права защищены / версия для печати
    광고 / 맨위로 / 맨 위로 / 위로 가기 / 본문 바로가기 / 본문으로 바로가기 / 더보기 / 기사 더보기 / 공유하기
    기사 공유
    기사공유 / 공유 / 스크랩 / 인쇄 / 인쇄하기 / 프린트 / 글자크기 / 글자 크기 / 글자크기 조절 / 글씨크기 / 가 가
    구독 / 구독하기
    구독신청 / 기사제보 / 기사 제보 / 댓글 / 댓글쓰기 / 댓글 쓰기 / 댓글보기 / 전체 댓글 보기 / 로그인 / 회원가입
    url 복사
    url복사 / 링크 복사 / 기사 듣기 / 음성으로 듣기 / 번역 / 뉴스레터 구독 / 무단 전재 및 재배포 금지
    무단전재 및 재배포 금지
    広告 / ページトップへ / トップへ戻る / 本文へ移動 / 続きを読む / 記事を保存 / 印刷する / シェアする
    無断転載禁止 / コメントを書く
    广告 / 返回顶部 / 回到顶部 / 阅读全文 / 阅读更多 / 分享到 / 字号 / 打印 / 责任编辑 / 版权所有 / 廣告 / 回頂端
    閱讀更多
""")

EDGES = _table("""
    home / menu / main menu / navigation / search / sections / all sections / close / open menu / site index / sitemap
    log in / login / log out / sign in / sign up / sign out / register / my account / account / profile / subscribe
    subscriptions / subscription / newsletters / newsletter / e-paper / epaper / mobile / apps / rss / podcasts
    podcast
    share / save / print / email / e-mail / listen / comment / comments / copy / tweet / bookmark / like / follow
    gift
    next / previous / prev / next article / previous article / next story / previous story / next page / older / newer
    news / latest / breaking / breaking news / live / world / national / politics / business / economy / money
    markets
    tech / technology / science / health / sport / sports / culture / arts / entertainment / life / lifestyle / style
    travel / food / opinion / opinions / editorial / editorials / weather / video / videos / photos / gallery / local
    about / about us / contact / contact us / advertise / advertise with us / careers / jobs / help / faq / feedback
    privacy / terms / cookies / accessibility / accessibility statement / corrections / legal / copyright / edition
    exclusive / analysis / tags / topics / topic / related topics / keywords / english / 한국어 / 日本語 / español
    français
    deutsch / download the app / download our app / get the app / dark mode / light mode / up next / more
    explore more

    startseite / menü / suche / anmelden / abmelden / registrieren / abo / teilen / drucken / merken / politik
    wirtschaft
    panorama / kultur / wissen / reise / meinung / kontakt / karriere / hilfe / mehr / schließen / nachrichten
    accueil / rechercher / recherche / se connecter / connexion / s'abonner / s'inscrire / partager / imprimer
    politique
    économie / société / monde / culture et loisirs / sports / opinions / contactez-nous / à propos / fermer
    actualités
    inicio / menú / buscar / iniciar sesión / regístrate / suscribirse / compartir / imprimir / guardar / política
    economía / mundo / deportes / cultura / opinión / contacto / cerrar / noticias / última hora / início / entrar
    assine
    economia / esportes / opinião / contato / fechar / notícias / cerca / accedi / abbonati / condividi / stampa
    cronaca
    esteri / cultura e spettacoli / contatti / chiudi / zoeken / inloggen / abonneren / delen / nieuws / sluiten
    главная / поиск / войти / регистрация / политика / экономика / мир / спорт / культура / новости / меню
    홈 / 메뉴 / 검색 / 전체메뉴 / 전체 메뉴 / 뉴스 / 정치 / 경제 / 사회 / 국제 / 문화 / 스포츠 / 연예 / 오피니언
    닫기 / 이전 / 다음
    이전기사 / 다음기사 / 이전 기사 / 다음 기사 / 목록 / 목록으로 / 좋아요 / 슬퍼요 / 화나요 / 후속기사 원해요
    회사소개 / 이용약관
    ホーム / メニュー / 検索 / ログイン / 会員登録 / 政治 / 経済 / 社会 / 国際 / スポーツ / 文化 / 閉じる / 首页
    搜索 / 登录 / 注册
    新闻 / 国际 / 体育 / 财经 / 娱乐 / 科技 / 关闭
""")

LISTS = _table("""
    most popular / most read / most viewed / most shared / most commented / most watched / most recent / popular
    popular stories / popular articles / popular now / popular news / trending / trending now / trending stories
    top news
    top stories / top stories today / today's top stories / headlines / today's headlines / latest news
    latest stories
    latest articles / latest headlines / latest posts / the latest / recent news / recent stories / recent articles
    recent posts / related / related news / related stories / related articles / related story / related article
    related content / related posts / related links / related coverage / related reading / you may also like
    you might also like / you may like / you might like / you may also be interested in / recommended
    recommended for you / recommended stories / recommended articles / recommended reading / recommended videos
    suggested for you / editors' picks / editor's picks / editor's pick / editors' choice / editor's choice
    don't miss
    more news / more stories / more articles / more headlines / more on this / more on this story / more on this topic
    more like this / more to read / more to explore / further reading / what to read next / read next / up next
    also in the news / in other news / elsewhere / from around the web / around the web / from the web
    from our partners
    sponsored stories / sponsored links / promoted stories / paid posts / taboola / outbrain / hot topics / photo news
    around the site / from the archive / featured / featured stories / today's picks / our picks / best of the week

    meistgelesen / meist gelesen / meistgelesene artikel / beliebt / das könnte sie auch interessieren
    mehr zum thema
    verwandte artikel / ähnliche artikel / weitere artikel / weitere nachrichten / neueste artikel / lesen sie auch
    les plus lus / articles les plus lus / à lire aussi / lire aussi / sur le même sujet / articles similaires
    vous aimerez aussi / à la une / les plus partagés / dernières actualités / nos recommandations
    lo más leído / lo más visto / más leídas / más leídos / te puede interesar / también te puede interesar
    noticias relacionadas / artículos relacionados / lee también / lea también / últimas noticias / relacionados
    mais lidas / mais lidos / leia também / notícias relacionadas / veja também / você pode gostar / últimas notícias
    i più letti / più letti / articoli correlati / leggi anche / potrebbe interessarti / ti potrebbe interessare
    ultime notizie / meest gelezen / lees ook / gerelateerde artikelen / laatste nieuws / net binnen
    популярное / самое читаемое / читайте также / по теме / последние новости / ещё по теме / материалы по теме
    많이 본 뉴스 / 많이 본 기사 / 가장 많이 본 뉴스 / 가장 많이 본 기사 / 인기뉴스 / 인기 뉴스 / 인기기사
    인기 기사 / 최신뉴스 / 최신 뉴스
    최신기사 / 최신 기사 / 관련기사 / 관련 기사 / 관련뉴스 / 관련 뉴스 / 추천기사 / 추천 기사 / 추천뉴스 / 추천 뉴스
    주요뉴스 / 주요 뉴스
    오늘의 주요뉴스 / 실시간 뉴스 / 실시간 주요뉴스 / 이 시각 주요뉴스 / 이 시각 주요 뉴스 / 함께 본 기사
    다른 기사 / 핫이슈 / 헤드라인
    関連記事 / 関連ニュース / おすすめ / おすすめ記事 / 人気記事 / 人気ランキング / アクセスランキング
    最新ニュース / 新着記事
    相关新闻 / 相关阅读 / 相关报道 / 推荐阅读 / 热门新闻 / 热门文章 / 最新新闻 / 最新消息 / 相關新聞 / 熱門新聞
    延伸閱讀
""")

_SHARERS = _words("""
    share teilen partager compartir condividi delen поделиться 공유 공유하기
    facebook twitter whatsapp linkedin reddit telegram pinterest flipboard tumblr threads bluesky mastodon messenger
    instagram kakaotalk kakaostory naver tweet youtube tiktok 페이스북 트위터 카카오톡 카카오스토리 네이버
""")
_SHARING = _SHARERS | _words("""
    on via by to with x email e-mail mail copy link print save kakao line band pin post this article story page
    more and or in a opens new window follow us at friend auf per drucken sur imprimer en por su op в
    밴드 라인 이메일 링크 복사 블로그 엑스
""")


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_COUNTED = r"(?:comments?|shares?|views?|likes?|kommentare|commentaires|comentarios)"
_SHAPES = _any_of(
    r"\d+[ -]?min(?:ute)?s?(?: of)? read(?:ing(?: time)?)?",
    r"(?:estimated )?reading time:? \d+ min(?:ute)?s?",
    r"(?:lesedauer|temps de lecture|tiempo de lectura|tempo di lettura)\W+\d+ min\w*",
    rf"\d[\d,.]*k? {_COUNTED}",
    rf"{_COUNTED} ?\(?\d[\d,.]*k?\)?",
    r"(?:image|photo|slide|page|video) \d+ (?:of|/) \d+",
    r"\d+ ?/ ?\d+",
    r"(?:댓글|조회|조회수|추천|좋아요|コメント|评论) ?\(?\d[\d,]*\)?",
    r"loading(?: comments)?|please wait|reply|replies",
)
"""Counters and waiting signs; anywhere."""

_POINTERS = re.compile(
    r"(?:read more|read also|also read|read next|see also|see more|related(?: story| article| coverage)?|watch"
    r"|don't miss|more from .{2,30}|recommended|must read|in pictures|in photos|lesen sie auch|mehr zum thema"
    r"|lesen sie mehr|lire aussi|à lire aussi|lire également|voir aussi"
    r"|lee también|lea también|lea además|te puede interesar"
    r"|leia também|leia mais|veja também|leggi anche|lees ook|читайте также|관련 ?기사|関連記事|相关阅读)"
    r"\s*[:：|>»–—-]\s*\S.*"
)
"""Links to other articles inside the text, "Read more: …"; anywhere, unless they end like a sentence."""

_BOILERPLATE = _any_of(
    r"(?:©|\(c\)|ⓒ|저작권자|copyright (?:©|\(c\)|ⓒ|\d{4})).{0,250}",
    r".{0,200}(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|版权所有).{0,200}",
    r".{0,200}(?:todos los derechos reservados|tutti i diritti riservati|무단 ?전재|無断転載).{0,200}",
    r"(?:we|our (?:web)?site|this (?:web)?site|our partners|we and our partners) uses? cookies\b.{0,400}",
    r"by (?:signing up|subscribing|clicking|continuing|providing your email)\b.{0,150}(?:agree|consent|terms).{0,250}",
    r"(?:sign up|subscribe)\b.{0,60}\b(?:newsletters?|briefing|alerts|inbox|notifications)\b.{0,200}",
    r"get .{0,60}\b(?:delivered|straight|sent|direct) to your inbox\b.{0,100}",
    r"(?:melden sie sich|abonnieren sie|inscrivez-vous|abonnez-vous|iscriviti)\b.{0,60}newsletter.{0,100}",
    r"(?:suscríbete|suscríbase)\b.{0,60}(?:newsletter|boletín).{0,100}",
    r"have an? (?:news )?(?:tip|story|question|comment)\b.{0,40}\?.{0,120}",
    r"download (?:the|our) .{2,40}\bapp\b.{0,100}",
    r"(?:\S+ ?기자 )?[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
)
"""Sentences of the page, not of the article; only before the first and after the last sentence of the article."""


_PARTS = re.compile(r" [-–—|·•/] ")
_PATH = re.compile("[>›»]")
_BETWEEN = re.compile(r" ?[>›»|·•] ?| / ")
_LONGEST_POINTER = 160
"""Characters; a link to another article is a headline long, not a gallery with its captions."""


_LONGEST_BOILERPLATE = 450
"""Characters; as far as the patterns above reach."""
_MENU_WORDS = 4
"""Words that an item of a menu has at most."""
_CONTINUING = frozenset({"and", "or", "on", "to", "with", "in", "en", "por", "su", "op", "auf", "sur"})
"""Words at the start of a line that make it the rest of a sentence, not a row of buttons."""


def bare(line: str) -> str:
    """Return a line as the tables hold it: lower case, without decoration around it, straight apostrophes."""
    return " ".join(line.replace("’", "'").casefold().strip(_DECORATION).split())


@lru_cache(maxsize=4096)  # cleaning asks for each line several times
def anywhere(line: str) -> bool:
    """Tell whether a line is furniture wherever it stands."""
    if len(line) > _LONGEST_POINTER:
        return False
    words = bare(line)
    if words in ANYWHERE or _SHAPES.fullmatch(words) or all(bare(item) in ANYWHERE for item in _PARTS.split(line)):
        return True
    if line.rstrip().endswith((".", "。", ".”", '."')):
        return False
    tokens = [token.strip(_DECORATION) for token in words.split()]
    if all(token in _SHARING or not token for token in tokens) and any(token in _SHARERS for token in tokens):
        return tokens[0] not in _CONTINUING
    return bool(_POINTERS.fullmatch(words))


@lru_cache(maxsize=4096)  # as above
def at_edge(line: str) -> bool:
    """Tell whether a line is furniture before the first or after the last sentence of an article."""
    if len(line) > _LONGEST_BOILERPLATE:
        return False
    words = bare(line)
    if words in EDGES or words in LISTS or _BOILERPLATE.fullmatch(" ".join(line.casefold().split())):
        return True
    # A menu in one line, "News | Sport | Gardens": as many known words as others at least, and no sentence among them.
    # A path to the page, "Home > Valley > School": the first is known.
    items = [bare(item) for item in _BETWEEN.split(line)]
    known = [item in EDGES or item in ANYWHERE for item in items]
    is_menu = 2 * sum(known) >= len(items) or (known[0] and bool(_PATH.search(line)))
    return len(items) > 1 and is_menu and all(item.count(" ") < _MENU_WORDS for item in items)


def heads_list(line: str) -> bool:
    """Tell whether a line is the heading of a list of other articles."""
    return bare(line) in LISTS
