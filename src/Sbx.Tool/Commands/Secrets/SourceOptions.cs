using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Commands.Secrets;

/// <summary>Where a secret comes from: asked for or piped in, or from a command or reference when it is needed. Never from the command line.</summary>
internal sealed class SourceOptions
{
    private readonly CommandOption _command;
    private readonly CommandOption _reference;
    private readonly CommandOption _refresh;
    private readonly CommandOption _noVerify;
    private readonly CommandOption _value;
    private readonly string _defaultRefresh;

    /// <param name="app">The command.</param>
    /// <param name="defaultRefresh">How long a fetched value is used where nothing is said.</param>
    public SourceOptions(CommandLineApplication app, string defaultRefresh)
    {
        _defaultRefresh = defaultRefresh;
        _command = app.Value("--command <CMD>", "Shell command of this machine that prints the value, run when it is needed");
        _reference = app.Value("--ref <REF>", "Reference to a password manager, such as op://vault/item/field");
        _refresh = app.Value("--refresh <DURATION>", $"How long a fetched value is used, such as 10m; or on-demand (default: {defaultRefresh})");
        _noVerify = app.Flag("--no-verify", "Do not fetch it now to see whether that works");
        // Anything in argv is in the shell's history and in the list of processes.
        _value = app.Value("-t|--token <VALUE>", "Refused");
        _value.ShowInHelpText = false;
        Other = app.Value("--value <VALUE>", "Refused");
        Other.ShowInHelpText = false;
    }

    private CommandOption Other { get; }

    private bool IsFetched => _command.HasValue() || _reference.HasValue();

    /// <summary>Checks the options before anything is asked or sent.</summary>
    /// <exception cref="SbxException">They contradict each other, or hold a value.</exception>
    public void Check()
    {
        if (_value.HasValue() || Other.HasValue())
            throw OnCommandLine();
        if (_command.HasValue() && _reference.HasValue())
            throw new SbxException(ErrorCode.Usage, "--command and --ref contradict each other", "give one of them");
        if (!IsFetched && (_refresh.HasValue() || _noVerify.HasValue()))
            throw new SbxException(ErrorCode.Usage, $"{(_refresh.HasValue() ? "--refresh" : "--no-verify")} goes with --command or --ref", "a value that is stored is not fetched");
        if (string.IsNullOrWhiteSpace(_command.Value() ?? _reference.Value() ?? "x"))
            throw new SbxException(ErrorCode.Usage, $"{(_command.HasValue() ? "--command" : "--ref")} is empty", "for example: --command 'pass show openai'");
        _ = RefreshSeconds();
    }

    /// <summary>What is said to a value on the command line.</summary>
    public static SbxException OnCommandLine() => new(
        ErrorCode.Usage, "the value of a secret is never taken from the command line, where history and process lists show it",
        "leave it out to be asked for it, or pipe it in; and replace the one just typed, if it is real");

    /// <summary>Takes the value, or none for a command or reference.</summary>
    public async Task<SecretValue?> ReadAsync(CliContext context, string what, CancellationToken cancellationToken) =>
        IsFetched ? null : await SecretValue.ReadAsync(context, what, cancellationToken).ConfigureAwait(false);

    /// <summary>Stores the value, or how it is fetched.</summary>
    public Task StoreAsync(SecretClient client, string? sandbox, string service, SecretValue? value, CancellationToken cancellationToken) => value is not null
        ? client.SetAsync(sandbox, service, value.Bytes, cancellationToken)
        : client.SetSourceAsync(
            new SecretSourceRequest
            {
                Sandbox = sandbox,
                Service = service,
                Command = _command.Value(),
                Reference = _reference.Value(),
                RefreshSeconds = RefreshSeconds(),
                Verify = !_noVerify.HasValue(),
            },
            cancellationToken);

    private double RefreshSeconds() => (_refresh.Value() ?? _defaultRefresh) switch
    {
        "on-demand" => 0,
        var text when PointInTime.TryDuration(text, out var duration) && duration > TimeSpan.Zero => duration.TotalSeconds,
        var text => throw new SbxException(ErrorCode.Usage, $"--refresh: '{text}' is not a duration", "for example: --refresh 55m, --refresh on-demand"),
    };
}
