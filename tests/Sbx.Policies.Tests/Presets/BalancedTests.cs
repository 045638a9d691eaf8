using Sbx.Policies.Evaluation;
using Sbx.Policies.Patterns;
using Sbx.Policies.Presets;
using Sbx.Policies.Tests.Evaluation;

namespace Sbx.Policies.Tests.Presets;

public sealed class BalancedTests
{
    private static readonly PolicySnapshot Policy = PolicySnapshot.FromRules(PresetRules.Of(PolicyPreset.Balanced));

    [Theory]
    [InlineData("api.nuget.org", 443)]
    [InlineData("globalcdn.nuget.org", 443)]
    [InlineData("builds.dotnet.microsoft.com", 443)]
    [InlineData("ci.dot.net", 443)]
    [InlineData("dotnetcli.azureedge.net", 443)]
    [InlineData("aka.ms", 443)]
    [InlineData("abc.vsblob.vsassets.io", 443)]
    [InlineData("pkgs.dev.azure.com", 443)]
    [InlineData("api.openai.com", 443)]
    [InlineData("api.anthropic.com", 443)]
    [InlineData("generativelanguage.googleapis.com", 443)]
    [InlineData("api.individual.githubcopilot.com", 443)]
    [InlineData("registry.npmjs.org", 443)]
    [InlineData("files.pythonhosted.org", 443)]
    [InlineData("static.crates.io", 443)]
    [InlineData("proxy.golang.org", 443)]
    [InlineData("github.com", 443)]
    [InlineData("objects.githubusercontent.com", 443)]
    [InlineData("registry-1.docker.io", 443)]
    [InlineData("deb.debian.org", 80)]
    [InlineData("de.archive.ubuntu.com", 80)]
    [InlineData("security.ubuntu.com", 80)]
    [InlineData("ocsp.digicert.com", 80)]
    [InlineData("crl3.digicert.com", 80)]
    public void What_developers_need_is_open(string host, int port) => Assert.True(Policy.Ask(host, port).Allowed);

    [Theory]
    [InlineData("attacker.s3.amazonaws.com", 443)]
    [InlineData("s3.amazonaws.com", 443)]
    [InlineData("storage.googleapis.com", 443)]
    [InlineData("attacker.blob.core.windows.net", 443)]
    [InlineData("attacker.public.blob.vercel-storage.com", 443)]
    [InlineData("www.googleapis.com", 443)]
    [InlineData("attacker.github.io", 443)]
    [InlineData("api.nuget.org", 80)]
    [InlineData("github.com", 22)]
    [InlineData("example.com", 443)]
    [InlineData("192.0.2.1", 443)]
    [InlineData("localhost", 443)]
    [InlineData("ab.chatgpt.com", 443)]
    public void Object_stores_telemetry_and_the_rest_are_closed(string host, int port) => Assert.False(Policy.Ask(host, port).Allowed);

    [Fact]
    public void The_list_is_versioned_has_a_changelog_and_no_double_entries()
    {
        Assert.Matches(@"^\d{4}\.\d{2}\.\d{2}$", PresetRules.BalancedVersion);
        Assert.Contains($"#   {PresetRules.BalancedVersion}  ", PresetRules.BalancedText(), StringComparison.Ordinal);
        var patterns = PresetRules.Of(PolicyPreset.Balanced).SelectMany(r => r.Resources).ToList();
        Assert.Equal(patterns.Count, patterns.Distinct().Count());
        Assert.All(patterns, p => Assert.NotNull(p.Port));
        Assert.DoesNotContain(patterns, p => p.Kind == HostPatternKind.Any || p.IsAddress);
    }

    [Fact]
    public void The_other_presets_are_everything_and_nothing()
    {
        Assert.True(PolicySnapshot.FromRules(PresetRules.Of(PolicyPreset.AllowAll)).Ask("example.com").Allowed);
        Assert.False(PolicySnapshot.FromRules(PresetRules.Of(PolicyPreset.AllowAll)).Ask("localhost", 80).Allowed);
        Assert.Empty(PresetRules.Of(PolicyPreset.DenyAll));
    }
}
