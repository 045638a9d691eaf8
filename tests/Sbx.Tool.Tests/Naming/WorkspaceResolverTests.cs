using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Naming;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Naming;

public sealed class WorkspaceResolverTests : IDisposable
{
    private static readonly TestTerminal AtTerminal = new(true, true, true);

    private readonly InProcess _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_path_is_made_absolute_and_free_of_links()
    {
        var real = Directory.CreateDirectory(Path.Combine(_cli.Root, "real")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_cli.Root, "link"), real);

        Assert.Equal([new Workspace(real)], await ResolveAsync(_cli, "link/../link/."));
    }

    [Fact]
    public async Task Several_workspaces_keep_their_order_and_count_once()
    {
        var (a, b) = (Directory.CreateDirectory(Path.Combine(_cli.Root, "a")).FullName, Directory.CreateDirectory(Path.Combine(_cli.Root, "b")).FullName);

        Assert.Equal([new Workspace(b), new Workspace(a, ReadOnly: true)], await ResolveAsync(_cli, "b", "a:ro", "./b"));
        Assert.Equal(ErrorCode.Usage, (await FailAsync(_cli, "a", "a:ro")).Code);
    }

    [Fact]
    public async Task A_missing_workspace_is_an_error_that_names_the_flag_and_makes_nothing()
    {
        var error = await FailAsync(_cli, "missing");
        Assert.Equal(ErrorCode.NotFound, error.Code);
        Assert.Contains("--create-workspace", error.Hint);
        Assert.False(Directory.Exists(Path.Combine(_cli.Root, "missing")));
    }

    [Fact]
    public async Task A_missing_workspace_is_made_with_the_flag()
    {
        await new WorkspaceResolver(_cli.Context, new WorkspaceRules(Create: true, AllowHome: false))
            .ResolveAsync([WorkspaceArgument.Parse("made/deep")], CancellationToken.None);
        Assert.True(Directory.Exists(Path.Combine(_cli.Root, "made/deep")));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("YES\n", true)]
    [InlineData("n\n", false)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task At_a_terminal_the_user_is_asked(string answer, bool made)
    {
        using var cli = new InProcess(answer, AtTerminal);
        if (made)
            await ResolveAsync(cli, "asked");
        else
            Assert.Equal(ErrorCode.Declined, (await FailAsync(cli, "asked")).Code);
        Assert.Contains("does not exist. Create it? (y/N) ", cli.Error);
        Assert.Equal(made, Directory.Exists(Path.Combine(cli.Root, "asked")));
    }

    [Fact]
    public async Task With_no_input_nobody_is_asked_even_at_a_terminal()
    {
        using var cli = new InProcess("y\n", AtTerminal);
        cli.Context.Options = cli.Context.Options with { NoInput = true };
        Assert.Contains("--create-workspace", (await FailAsync(cli, "asked")).Hint);
        Assert.Empty(cli.Error);
    }

    [Fact]
    public async Task A_file_is_a_workspace_only_behind_others_or_read_only()
    {
        File.WriteAllText(Path.Combine(_cli.Root, "file"), "");
        Directory.CreateDirectory(Path.Combine(_cli.Root, "dir"));

        Assert.Equal(ErrorCode.Usage, (await FailAsync(_cli, "file")).Code);
        Assert.Single(await ResolveAsync(_cli, "file:ro"));
        Assert.Equal(2, (await ResolveAsync(_cli, "dir", "file:ro")).Count);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/usr")]
    [InlineData("/etc")]
    [InlineData("/proc/self")]
    [InlineData("/dev/shm")]
    [InlineData("/tmp")]
    public async Task A_system_directory_is_refused(string path) => Assert.Equal(ErrorCode.Denied, (await FailAsync(_cli, path)).Code);

    [Fact]
    public async Task The_home_directory_and_what_holds_it_need_a_flag_and_a_project_in_it_does_not()
    {
        var project = Directory.CreateDirectory(Path.Combine(_cli.Variables["HOME"], "project")).FullName;

        Assert.Contains("--allow-home", (await FailAsync(_cli, "home")).Hint);
        Assert.Contains("--allow-home", (await FailAsync(_cli, ".")).Hint);
        Assert.Equal([new Workspace(project)], await ResolveAsync(_cli, "home/project"));
        var allowed = new WorkspaceResolver(_cli.Context, new WorkspaceRules(Create: false, AllowHome: true));
        Assert.Single(await allowed.ResolveAsync([WorkspaceArgument.Parse("home")], CancellationToken.None));
    }

    private static Task<IReadOnlyList<Workspace>> ResolveAsync(InProcess cli, params string[] paths) =>
        new WorkspaceResolver(cli.Context, new WorkspaceRules(Create: false, AllowHome: false))
            .ResolveAsync([.. paths.Select(WorkspaceArgument.Parse)], CancellationToken.None);

    private static Task<SbxException> FailAsync(InProcess cli, params string[] paths) => Assert.ThrowsAsync<SbxException>(() => ResolveAsync(cli, paths));
}
