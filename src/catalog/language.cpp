#include "catalog/language.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace securebase::catalog {
namespace {

// Codes that CLDR 46 has an English name for, without those that say "none", "several" or "private".
constexpr std::string_view two_letters =
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia "
    "id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo "
    "lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl "
    "ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "
    "tn to tr ts tt ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";
constexpr std::string_view three_letters =
    "ace ach ada ady aeb afh agq ain ajp akk akz ale aln alt ang ann anp apc arb arc arn aro arp arq "
    "ars arw ary arz asa ase ast atj avk awa ayr azj bal ban bar bas bax bbc bbj bcc bcl bej bem bew "
    "bez bfd bfq bgc bgn bhk bho bik bin bjn bkm bla blo blt bpy bqi bra brh brx bss bua bug bum bxr "
    "byn byv cad car cay cch ccp ceb cgg chb chg chk chm chn cho chp chr chy cic ckb clc cld cmn cnr "
    "cop cps crg crh crj crk crl crm crr crs csb csw dak dar dav del den dgo dgr din diq dje doi dsb "
    "dtp dua dum dyo dyu dzg ebu efi egl egy eka ekk elx emk enm esk esu ewo ext fan fat fil fit fon "
    "frc frm fro frp frr frs fuc fur gaa gag gan gay gaz gba gbo gbz gez gil glk gmh goh gom gon gor "
    "got grb grc gsw guc gug gur guz gwi hai hak haw hax hbs hdn hea hif hil hit hmn hnj hsb hsn hup "
    "hur iba ibb ikt ilo inh izh jam jbo jgo jmc jpr jrb jut kaa kab kac kaj kam kaw kbd kbl kcg kde "
    "kea kek ken kfo kgp kha kho khq khw kiu kkj kln kmb kmr knc kng koi koj kok kos kpe kpv krc kri "
    "krj krl kru ksb ksf ksh kum kut kwk kxl kxv lad lag lah lam lez lfn lij lil liv lkt lmo lol lou "
    "loz lrc lsm ltg lua lui lun luo lus luy lvs lzh lzz mad maf mag mai mak man mas mde mdf mdr men "
    "mer mfe mga mgh mgo mhr mic min mnc mni moe moh mos mrj mua mup mus mwl mwr mwv mye myv mzn nad "
    "nan nap naq nds new nia niu njo nmg nnh nog non nov npi nqo nso nus nwc nym nyn nyo nzi ojb ojc "
    "ojs ojw oka ory osa ota pag pal pam pap pau pbu pcd pcm pdc pdt peo pes pfl phn pis plt pms pnb "
    "pnt pon pqm prg pro prp prs pry quc qug quz raj rap rar rgn rhg rif rmy rof rom rtm rue rug rup "
    "rwk sad sah sam saq sas sat saz sba sbp scn sco sdc sdh see seh sei sel ses sga sgs shi shn shu "
    "sid slh sli sly sma smj smn sms snk sog spy src srn srr ssy stq str suk sus sux swb swc swh syc "
    "syr szl tce tcy tem teo ter tet tgx tht tig tiv tkl tkr tlh tli tly tmh tmk tog tok tpi tru trv "
    "trw tsd tsi ttm ttq ttt tum tvl twq tyv tzm udm uga umb uzn vai vec vep vls vmf vmw vot vro vun "
    "wae wal war was wbp wuu xal xmf xnr xog xpe yao yap yav ybb ydd yrl yue zai zap zbl zea zen zgh "
    "zsm zun zyb zza ";
/// Codes of three letters for what has one of two, each followed by it.
constexpr std::string_view shorter =
    "aaraa abkab afraf akaak albsq alssq amham araar argan armhy asmas avaav aveae aymay azeaz bakba "
    "bambm baqeu belbe benbn bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece chizh chucu "
    "chvcv corkw cosco crecr cymcy czecs danda deude divdv dutnl dzodz ellel engen "
    "epoeo estet euseu eweee faofo fasfa fijfj finfi frafr frefr fryfy fulff geoka gerde glagd glega "
    "glggl glvgv greel grngn gujgu hatht hauha hebhe herhz hinhi hmoho hrvhr hunhu hyehy iboig iceis "
    "idoio iiiii ikuiu ileie inaia indid ipkik islis itait javjv jawjv jpnja kalkl kankn kasks "
    "katka kaukr kazkk khkmn khmkm kikki kinrw kirky komkv konkg korko kuakj kurku laolo latla lavlv "
    "limli linln litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk mlgmg mltmt molro "
    "monmn mrimi msams myamy nauna navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno ocioc "
    "ojgoj ojioj orior ormom ossos panpa perfa plipi polpl porpt pusps quequ rohrm ronro rumro runrn "
    "rusru sagsg sansa sccsr scrhr sinsi slksk slosk slvsl smese smosm snasn sndsd somso sotst spaes "
    "sqisq srdsc srpsr sswss sunsu swasw swesv tahty tamta tattt telte tgktg thath tibbo tirti tnffa "
    "tonto tsntn tsots tuktk turtr twiak uigug ukruk urdur uzbuz venve vievi volvo welcy wlnwa wolwo "
    "xhoxh yidyi yoryo zhaza zhozh zulzu ";
constexpr std::string_view regions =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";
constexpr std::string_view scripts =
    "Adlm Afak Aghb Ahom Arab Aran Armi Armn Avst Bali Bamu Bass Batk Beng Berf Bhks Blis Bopo Brah "
    "Brai Bugi Buhd Cakm Cans Cari Cham Cher Chrs Cirt Copt Cpmn Cprt Cyrl Cyrs Deva Diak Dogr Dsrt "
    "Dupl Egyd Egyh Egyp Elba Elym Ethi Gara Geok Geor Glag Gong Gonm Goth Gran Grek Gujr Gukh Guru "
    "Hanb Hang Hani Hano Hans Hant Hatr Hebr Hira Hluw Hmng Hmnp Hrkt Hung Inds Ital Jamo Java Jpan "
    "Jurc Kali Kana Kawi Khar Khmr Khoj Kits Knda Kore Kpel Krai Kthi Lana Laoo Latf Latg Latn Lepc "
    "Limb Lina Linb Lisu Loma Lyci Lydi Mahj Maka Mand Mani Marc Maya Medf Mend Merc Mero Mlym Modi "
    "Mong Moon Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkgb Nkoo Nshu Ogam Olck Onao Orkh Orya "
    "Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phlv Phnx Plrd Prti Rjng Rohg Roro Runr Samr Sara "
    "Sarb Saur Sgnw Shaw Shrd Sidd Sidt Sind Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Syre Syrj "
    "Syrn Tagb Takr Tale Talu Taml Tang Tavt Tayo Telu Teng Tfng Tglg Thaa Thai Tibt Tirh Tnsa Todr "
    "Tols Toto Tutg Ugar Vaii Visp Vith Wara Wcho Wole Xpeo Xsux Yezi Yiii ";

bool is_tag_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_tag_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_letters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_tag_letter);
}

std::string lower_letters(std::string_view text) {
  std::string word(text);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}
std::string upper_letters(std::string_view text) {
  std::string word(text);
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return word;
}

/// Among words of one length, with a blank behind each.
bool is_among(std::string_view words, std::string_view word) {
  for (std::size_t at = 0; at + word.size() < words.size(); at += word.size() + 1)
    if (words.substr(at, word.size()) == word) return true;
  return false;
}

std::optional<std::string> language_code(std::string_view part) {
  std::string code = lower_letters(part);
  if (!all_letters(code) || code.size() < 2 || code.size() > 3) return std::nullopt;
  if (code.size() == 2) return is_among(two_letters, code) ? std::optional(code) : std::nullopt;
  constexpr std::size_t step = 6;  // "engen "
  for (std::size_t at = 0; at + step <= shorter.size(); at += step)
    if (shorter.substr(at, 3) == code) return std::string(shorter.substr(at + 3, 2));
  return is_among(three_letters, code) ? std::optional(code) : std::nullopt;
}

std::optional<std::string> script(std::string_view part) {
  constexpr std::size_t letters = 4;
  if (part.size() != letters || !all_letters(part)) return std::nullopt;
  const std::string code = upper_letters(part.substr(0, 1)) + lower_letters(part.substr(1));
  return is_among(scripts, code) ? std::optional(code) : std::nullopt;
}

/// A country, or an area of the United Nations' numbers.
std::optional<std::string> region(std::string_view part) {
  if (part.size() == 3 && std::all_of(part.begin(), part.end(), is_tag_digit)) return std::string(part);
  if (part.size() != 2 || !all_letters(part)) return std::nullopt;
  const std::string code = upper_letters(part);
  return is_among(regions, code) ? std::optional(code) : std::nullopt;
}

bool is_variant(std::string_view part) {
  constexpr std::size_t least = 5;
  constexpr std::size_t most = 8;
  const bool signs =
      std::all_of(part.begin(), part.end(), [](char c) { return is_tag_letter(c) || is_tag_digit(c); });
  return signs && ((part.size() >= least && part.size() <= most) ||
                   (part.size() == least - 1 && is_tag_digit(part.front())));
}

std::vector<std::string_view> subtags_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find('-');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> language_tag(std::string_view text) {
  constexpr std::size_t longest = 35;  // RFC 5646, 4.4.1
  if (text.size() > longest) return std::nullopt;
  const auto parts = subtags_of(text);
  auto tag = language_code(parts.front());
  if (!tag) return std::nullopt;
  std::size_t next = 1;
  const auto take = [&](const auto& read) {
    if (next == parts.size()) return;
    if (const auto code = read(parts[next]); code) {
      *tag += '-' + *code;
      ++next;
    }
  };
  take(script);
  take(region);
  std::set<std::string> variants;
  for (; next < parts.size(); ++next) {
    const std::string variant = lower_letters(parts[next]);
    if (!is_variant(variant) || !variants.insert(variant).second) return std::nullopt;
    *tag += '-' + variant;
  }
  return tag;
}

}  // namespace securebase::catalog
