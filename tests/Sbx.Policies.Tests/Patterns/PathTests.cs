using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Policies.Patterns;

namespace Sbx.Policies.Tests.Patterns;

public sealed class PathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/", "/a/")]
    [InlineData("/a?x=../..", "/a")]
    [InlineData("/a%20b", "/a%20b")]
    [InlineData("/%c3%bc", "/%C3%BC")]
    [InlineData("/a.b/..c/c..", "/a.b/..c/c..")]
    [InlineData("/@scope/name:1.0+x", "/@scope/name:1.0+x")]
    public void Canonical_paths_are_taken(string target, string expected)
    {
        Assert.True(RequestPath.TryCanonicalize(target, out var path, out var problem), problem);
        Assert.Equal(expected, path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("*")]
    [InlineData("//")]
    [InlineData("/a//b")]
    [InlineData("/.")]
    [InlineData("/..")]
    [InlineData("/...")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a/..")]
    [InlineData("/%2e%2e/b")]
    [InlineData("/a/%2E/b")]
    [InlineData("/a%2fb")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/%61dmin")]
    [InlineData("/a%7eb")]
    [InlineData("/a%00b")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%252fb")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a;x=y/b")]
    [InlineData("/..;/b")]
    [InlineData("/a%3bb")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\u0000b")]
    [InlineData("/ü")]
    [InlineData("/a#b")]
    [InlineData("/a|b")]
    public void Paths_that_servers_read_in_two_ways_are_refused(string target)
        => Assert.False(RequestPath.TryCanonicalize(target, out _, out _));

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/", false)]
    [InlineData("/a", "/A", false)]
    [InlineData("/a/*", "/a/b", true)]
    [InlineData("/a/*", "/a/b/c", false)]
    [InlineData("/a/*", "/a", false)]
    [InlineData("/a/**", "/a", true)]
    [InlineData("/a/**", "/a/", true)]
    [InlineData("/a/**", "/a/b/c", true)]
    [InlineData("/a/**", "/ab", false)]
    [InlineData("/a/**/c", "/a/c", true)]
    [InlineData("/a/**/c", "/a/x/y/c", true)]
    [InlineData("/a/**/c", "/a/x/y/d", false)]
    [InlineData("/repos/*/issues*", "/repos/x/issues-2", true)]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/x/y", true)]
    [InlineData("/a%20b", "/a%20b", true)]
    public void Path_patterns_cover_what_the_table_says(string pattern, string path, bool expected)
        => Assert.Equal(expected, PathPattern.Parse(pattern).Matches(path, lenient: false));

    [Theory]
    [InlineData("/admin", "/ADMIN")]
    [InlineData("/admin", "/admin/")]
    [InlineData("/admin/", "/admin")]
    [InlineData("/admin/**", "/Admin/x")]
    public void A_deny_also_covers_spellings_that_servers_may_take_for_the_same(string pattern, string path)
        => Assert.True(PathPattern.Parse(pattern).Matches(path, lenient: true));

    [Theory]
    [InlineData("a")]
    [InlineData("/a/../b")]
    [InlineData("/a?b")]
    [InlineData("/a**")]
    [InlineData("/a//b")]
    public void Path_patterns_are_canonical_themselves(string pattern) => Assert.Throws<PolicyException>(() => PathPattern.Parse(pattern));

    public static class PathTexts
    {
        private static readonly string[] Pieces = ["/", "a", ".", "..", "%2e", "%2F", "%41", "%20", "%C3", "\\", ";", "?", "//", "\0", "ü", "*", "~"];

        public static Arbitrary<string> Near() => Gen.Elements(Pieces).ListOf().Select(p => "/" + string.Concat(p.Take(10))).ToArbitrary();
    }

    [Property(MaxTest = 5000, Arbitrary = [typeof(PathTexts)])]
    public bool What_is_accepted_means_the_same_after_any_common_normalisation(string target)
    {
        if (!RequestPath.TryCanonicalize(target, out var path, out _))
            return true;
        var uri = new Uri("http://example.com" + path);
        return uri.AbsolutePath == path && RequestPath.TryCanonicalize(path, out var again, out _) && again == path
            && Uri.UnescapeDataString(path).Count(c => c == '/') == path.Count(c => c == '/');
    }
}
