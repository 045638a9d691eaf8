using McMaster.Extensions.CommandLineUtils;

namespace Sbx.Tool.Hosting;

/// <summary>Kinds of words that completion offers.</summary>
[Flags]
internal enum Candidates
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Names of sandboxes.</summary>
    Sandboxes = 1,

    /// <summary>Names of agents.</summary>
    Agents = 2,

    /// <summary>Directories of the host.</summary>
    Directories = 4,

    /// <summary>Files of the host.</summary>
    Files = 8,

    /// <summary>Names of shells.</summary>
    Shells = 16,
}

/// <summary>One verb: declares its arguments, then runs with what was parsed. An instance serves one invocation.</summary>
internal abstract class CliCommand
{
    /// <summary>Whether failures of ours exit with 125, because other codes are those of the command in the sandbox.</summary>
    public virtual bool PassesExitCode => false;

    /// <summary>Whether the user asked for JSON, so that failures are JSON too.</summary>
    public virtual bool WantsJson => false;

    /// <summary>What completion offers for the word at a position, counted from 0 without options.</summary>
    public virtual Candidates CandidatesAt(int position) => Candidates.None;

    /// <summary>Declares options, arguments and examples.</summary>
    public abstract void Configure(CommandLineApplication app);

    /// <summary>Runs the command and returns the exit code.</summary>
    public abstract Task<int> RunAsync(CliContext context, CancellationToken cancellationToken);
}
