using Sbx.Secrets.Catalog;

namespace Sbx.Secrets.Tests.Catalog;

public sealed class DynamicSecretTests : IDisposable
{
    private readonly CatalogFixture _fixture = new();
    private readonly SandboxGrants _grants = CatalogFixture.Grants("box", "groq");

    public void Dispose() => _fixture.Dispose();

    private Task SetAsync(string command, TimeSpan refresh, bool verify = false)
        => _fixture.Catalog.SetSourceAsync(null, "groq", StoredSecretKind.Command, command, refresh, verify, default);

    [Fact]
    public async Task A_command_gives_the_value_trimmed_and_is_run_again_after_the_refresh_interval_only()
    {
        var counter = Path.Combine(_fixture.Root, "count");
        await SetAsync($"echo x >> {counter}; printf '  gsk-value-%s \\n\\n' $(wc -l < {counter})", TimeSpan.FromMinutes(55));
        Assert.Equal("Authorization: Bearer gsk-value-1", await _fixture.HeadersAsync("api.groq.com:443", _grants));
        _fixture.Time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("Authorization: Bearer gsk-value-1", await _fixture.HeadersAsync("api.groq.com:443", _grants));
        _fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Authorization: Bearer gsk-value-2", await _fixture.HeadersAsync("api.groq.com:443", _grants));
    }

    [Fact]
    public async Task Many_requests_at_once_run_the_command_once()
    {
        var counter = Path.Combine(_fixture.Root, "count");
        await SetAsync($"echo x >> {counter}; echo gsk-value-1234", TimeSpan.FromMinutes(55));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _fixture.HeadersAsync("api.groq.com:443", _grants)));
        Assert.Single(await File.ReadAllLinesAsync(counter));
    }

    [Fact]
    public async Task A_command_runs_in_a_fresh_empty_directory_that_is_gone_afterwards()
    {
        var note = Path.Combine(_fixture.Root, "note");
        await SetAsync($"pwd > {note}; ls -A | wc -l >> {note}; touch left-behind; echo gsk-value-1234", TimeSpan.Zero, verify: true);
        var lines = await File.ReadAllLinesAsync(note);
        Assert.NotEqual(Environment.CurrentDirectory, lines[0]);
        Assert.Equal("0", lines[1].Trim());
        Assert.False(Directory.Exists(lines[0]));
    }

    [Theory]
    [InlineData("echo the-secret-on-stderr >&2; exit 3", "exit code 3")]
    [InlineData("true", "printed nothing")]
    [InlineData("printf 'two\\nlines'", "line break")]
    [InlineData("head -c 100000 /dev/zero | tr '\\0' a", "longer than")]
    [InlineData("cat; exit 4", "exit code 4")]
    public async Task A_command_that_gives_nothing_usable_is_an_error_that_shows_none_of_its_output(string command, string problem)
    {
        var error = await Assert.ThrowsAsync<SecretException>(() => SetAsync(command, TimeSpan.Zero, verify: true));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(await _fixture.Catalog.ListAsync(default));
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_given_up()
    {
        var fetch = SetAsync("sleep 600", TimeSpan.Zero, verify: true);
        while (!fetch.IsCompleted)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10);
        }

        Assert.Contains("took longer", (await Assert.ThrowsAsync<SecretException>(() => fetch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_is_resolved_by_its_tool_from_absolute_path_entries_only()
    {
        var tools = Directory.CreateDirectory(Path.Combine(_fixture.Root, "tools"));
        var tool = Path.Combine(tools.FullName, "op");
        await File.WriteAllTextAsync(tool, "#!/bin/sh\n[ \"$1 $2 $3\" = 'read --no-newline op://vault/groq/key' ] && printf 'gsk-from-op'\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _fixture.Environment["PATH"] = ":.:" + tools.FullName;
        await _fixture.Catalog.SetSourceAsync(null, "groq", StoredSecretKind.Reference, "op://vault/groq/key", TimeSpan.FromMinutes(55), verify: true, default);
        Assert.Equal("Authorization: Bearer gsk-from-op", await _fixture.HeadersAsync("api.groq.com:443", _grants));

        _fixture.Environment["PATH"] = ":.:tools";
        var error = await Assert.ThrowsAsync<SecretException>(() => _fixture.Catalog.SetSourceAsync("box", "groq", StoredSecretKind.Reference, "op://vault/groq/key", TimeSpan.Zero, verify: true, default));
        Assert.Contains("'op'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault:secret/x")]
    [InlineData("op://")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("--flag")]
    public async Task References_of_other_forms_are_refused(string reference)
        => Assert.Equal(SecretErrorKind.Invalid, (await Assert.ThrowsAsync<SecretException>(() => _fixture.Catalog.SetSourceAsync(null, "groq", StoredSecretKind.Reference, reference, TimeSpan.Zero, false, default))).Kind);
}
