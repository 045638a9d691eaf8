using FsCheck.Xunit;
using Sbx.Policies;
using Sbx.Policies.Patterns;
using Sbx.Secrets.Services;

namespace Sbx.Secrets.Tests.Services;

public sealed class ServicesFileTests
{
    private const string Good = """
        version: 1
        services:
          - name: acme
            hosts: [api.acme.example, "*.eu.acme.example:8443"]
            path: /v1/
            header: X-Acme-Key
            prefix: "Key "
            host-variables: [ACME_KEY]
            placeholders:
              ACME_KEY: proxy-managed
            strip-headers: [X-Acme-Session]
            strip-query: [acme_key]
          - name: forge
            hosts: git.acme.example
            header: Authorization
            encoding: basic
            user: oauth2
          - name: custom-x
            hosts: x.acme.example
            scheme: substitute
            placeholders:
              X_TOKEN: sbx-cs-0123456789
        """;

    [Fact]
    public void A_file_is_read_and_written_back_as_it_was()
    {
        var services = ServicesFile.Parse("services.yaml", Good);
        Assert.Equal(["acme", "forge", "custom-x"], services.Select(s => s.Name));
        Assert.Contains("X-Acme-Session", services[0].CarrierHeaders);
        Assert.Contains("Authorization", services[0].CarrierHeaders);
        Assert.Contains("acme_key", services[0].CarrierQuery);
        Assert.Equal(new HeaderTemplate("Authorization", "oauth2", HeaderEncoding.Basic), services[1].Endpoints[0].Headers[0]);

        var directory = Directory.CreateTempSubdirectory("sbx-services-");
        var path = Path.Combine(directory.FullName, "services.yaml");
        ServicesFile.Write(path, services);
        var again = ServicesFile.Read(path);
        ServicesFile.Write(path + "2", again);
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(path + "2"));
        Assert.Equal(services.Select(s => string.Join('|', s.CarrierHeaders)), again.Select(s => string.Join('|', s.CarrierHeaders)));
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    headr: X\n", 4, 5)]
    [InlineData("services:\n  - name: a\n    hosts: '*'\n    header: X\n", 3, 12)]
    [InlineData("services:\n  - hosts: x.example\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n", 2, 5)]
    [InlineData("services: 5\n", 1, 11)]
    [InlineData("version: 2\n", 1, 10)]
    [InlineData("services:\n  - name: a\n    name: b\n", 3, 5)]
    [InlineData("services:\n  - name: a\n    hosts: api.openai.com\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: '**.com'\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: 10.0.0.1\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: localhost:80\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    header: Host\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    header: 'X Y'\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    header: X\n    prefix: \"a\\r\\nb\"\n", 2, 5)]
    [InlineData("services:\n  - name: A!\n    hosts: x.example\n    header: X\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    header: X\n    host-variables: LD_PRELOAD\n", 2, 5)]
    [InlineData("services:\n  - name: a\n    hosts: x.example\n    header: X\n    path: /a/../b\n", 2, 5)]
    [InlineData("services: [\n", 2, 1)]
    public void What_is_not_valid_is_refused_with_its_place(string text, int line, int column)
    {
        var error = Assert.Throws<PolicyException>(() => ServicesFile.Parse("services.yaml", text));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.StartsWith($"services.yaml:{line}:{column}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_built_in_or_comes_twice_is_refused()
    {
        var service = ServiceBuilder.ForHeader("openai", [HostPattern.Parse("x.example")], new HeaderTemplate("X-Key"));
        Assert.Equal(SecretErrorKind.Conflict, Assert.Throws<SecretException>(() => new ServiceRegistry([service])).Kind);
    }

    [Property(MaxTest = 1000)]
    public bool Arbitrary_text_is_read_or_refused_and_nothing_else(string? text)
    {
        try
        {
            ServicesFile.Parse("services.yaml", text ?? "");
        }
        catch (PolicyException)
        {
        }

        return true;
    }
}
