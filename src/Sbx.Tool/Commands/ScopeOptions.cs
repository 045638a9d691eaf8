using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Commands;

/// <summary><c>--sandbox</c>, and <c>-g</c> for what is global anyhow.</summary>
internal sealed class ScopeOptions
{
    private readonly CommandOption _sandbox;
    private readonly CommandOption _global;

    public ScopeOptions(CommandLineApplication app, string description, bool globalIsOld = true)
    {
        _sandbox = app.Value("--sandbox <NAME>", description);
        _global = app.Flag("-g|--global", "For all sandboxes (the default)");
        _global.ShowInHelpText = !globalIsOld;
    }

    /// <summary>Whether <c>-g</c> was given.</summary>
    public bool Global => _global.HasValue();

    /// <summary>The sandbox meant; null for all of them.</summary>
    /// <param name="positional">A sandbox that was given as a word, or null.</param>
    /// <exception cref="SbxException">The options contradict each other, or it is not a name.</exception>
    public string? Sandbox(string? positional = null)
    {
        var option = _sandbox.Value();
        if (option is not null && positional is not null && option != positional)
            throw new SbxException(ErrorCode.Usage, $"two sandboxes are given: '{positional}' and '{option}'", "give one, with --sandbox");
        var name = option ?? positional;
        if (name is not null && Global)
            throw new SbxException(ErrorCode.Usage, "-g and a sandbox contradict each other", "leave out -g for one sandbox alone");
        return name is null ? null : SandboxName.Check(name);
    }
}
