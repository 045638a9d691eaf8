namespace Sbx.Daemon.Hosting;

/// <summary>Identity of the build this daemon runs; fixed when it starts, so that a rebuild beneath it is noticed.</summary>
/// <param name="Value">As <see cref="Sbx.Api.Client.BuildIdentity"/> makes it.</param>
internal sealed record RunningBuild(string Value);
