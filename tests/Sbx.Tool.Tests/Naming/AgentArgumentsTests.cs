using Sbx.Tool.Naming;

namespace Sbx.Tool.Tests.Naming;

public sealed class AgentArgumentsTests
{
    [Theory]
    [InlineData("shell", "bash -l", "", "bash -l")]
    [InlineData("shell", "bash -l", "ls -la", "ls -la")]
    [InlineData("shell", "bash -l", "bash -lc env", "bash -lc env")]
    [InlineData("claude", "claude --dangerously-skip-permissions", "", "claude --dangerously-skip-permissions")]
    [InlineData("claude", "claude --dangerously-skip-permissions", "--continue", "claude --dangerously-skip-permissions --continue")]
    [InlineData("claude", "claude --dangerously-skip-permissions", "-p hello", "claude --dangerously-skip-permissions -p hello")]
    [InlineData("codex", "codex --dangerously-bypass-approvals-and-sandbox", "exec fix", "codex --dangerously-bypass-approvals-and-sandbox exec fix")]
    [InlineData("gemini", "gemini --yolo", "--yolo", "gemini --yolo")]
    [InlineData("gemini", "gemini --yolo", "--model x --yolo", "gemini --model x --yolo")]
    [InlineData("gemini", "gemini --yolo", "-- --yolo", "gemini --yolo -- --yolo")]
    [InlineData("docker-agent", "docker-agent run --yolo", "team.yaml", "docker-agent run --yolo team.yaml")]
    [InlineData("devin", "devin --permission-mode dangerous --respect-workspace-trust=false", "--permission-mode plan", "devin --respect-workspace-trust=false --permission-mode plan")]
    [InlineData("devin", "devin --permission-mode dangerous --respect-workspace-trust=false", "--permission-mode=plan", "devin --respect-workspace-trust=false --permission-mode=plan")]
    [InlineData("devin", "devin --permission-mode dangerous --respect-workspace-trust=false", "--respect-workspace-trust=true", "devin --permission-mode dangerous --respect-workspace-trust=true")]
    [InlineData("opencode", "opencode", "run hi", "opencode run hi")]
    public void Words_behind_the_dashes_are_merged_with_the_agents_own(string agent, string own, string user, string merged) =>
        Assert.Equal(Words(merged), AgentArguments.Merge(agent, Words(own), Words(user)));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
