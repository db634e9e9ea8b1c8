#include "http/pages.hpp"

#include <gmock/gmock.h>

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::Pair;

const std::vector<PageFile> files = {
    {"workbench.html", "<script nonce=\"__CSP_NONCE__\"></script><style nonce=\"__CSP_NONCE__\">", "aa"},
    {"portal.html", "portal", "bb"},
    {"assets/app-1.js", "let a", "cc"},
    {"assets/app-1.js.gz", "packed", "dd"},
    {"icon.svg", "<svg/>", "ee"}};

class PageFiles : public testing::Test {
 protected:
  Response get(const std::string& path, Method method = Method::get, const std::string& accept = "") {
    Request request;
    request.method = method;
    request.path = path;
    request.csp_nonce = "n1";
    if (!accept.empty()) request.headers.emplace_back("accept-encoding", accept);
    return pages_(request);
  }

  Pages pages_{files, "workbench.html", [](Request&) { return json("\"api\""); }};
};

TEST_F(PageFiles, AnswerEveryOtherPathWithThePageAndItsNonce) {
  for (const char* path : {"/", "/courses/0123", "/workbench.html", "/portal.html", "/apis"}) {
    const Response page = get(path);
    EXPECT_EQ(page.status, 200U) << path;
    EXPECT_EQ(page.body, "<script nonce=\"n1\"></script><style nonce=\"n1\">") << path;
    EXPECT_EQ(page.cache, Cache::no_store);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  }
}

TEST_F(PageFiles, LeaveTheApiToTheApi) {
  EXPECT_EQ(get("/api/v1/health").body, "\"api\"");
  EXPECT_EQ(get("/api", Method::post).body, "\"api\"");
}

TEST_F(PageFiles, AreKeptWhereTheirNamesChangeWithThem) {
  const Response script = get("/assets/app-1.js");
  EXPECT_EQ(script.bytes(), "let a");
  EXPECT_EQ(script.cache, Cache::immutable);
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.etag, "\"cc\"");
  EXPECT_THAT(script.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_EQ(get("/icon.svg").cache, Cache::revalidate);
}

TEST_F(PageFiles, AreSentPackedToWhoTakesThat) {
  const Response packed = get("/assets/app-1.js", Method::head, "br, gzip");
  EXPECT_EQ(packed.bytes(), "packed");
  EXPECT_EQ(packed.etag, "\"dd\"");
  EXPECT_THAT(packed.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_EQ(get("/assets/app-1.js", Method::get, "gzip;q=0").bytes(), "let a");
  EXPECT_EQ(get("/icon.svg", Method::get, "gzip").bytes(), "<svg/>");
}

TEST_F(PageFiles, SayWhatIsNotThere) {
  EXPECT_EQ(get("/assets/app-0.js").status, 404U);
  EXPECT_EQ(get("/assets/app-1.js.gz").status, 404U);
  const Response posted = get("/courses", Method::post);
  EXPECT_EQ(posted.status, 405U);
  EXPECT_THAT(posted.headers, Contains(Pair("Allow", "GET, HEAD")));
  Request request;
  request.path = "/";
  const Pages none({}, "workbench.html", [](Request&) { return Response(); });
  EXPECT_EQ(none(request).status, 404U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
